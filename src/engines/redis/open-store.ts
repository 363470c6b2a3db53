// Opens what an epoch of a store stands on: connections to a Redis that may be used, the store that is there, its
// lease, the clock. Closes all of it again when something is missing. Starts nothing, and rebuilds nothing.

import { HoldfastError } from '../../errors.ts';
import type { TimeSource } from '../clock.ts';
import { type RedisAddress, redisAddress } from './address.ts';
import { reached } from './cluster-map.ts';
import { Connection, type Send } from './connection.ts';
import { StoreLost } from './failures.ts';
import { keysOf, type StoreKeys } from './keys.ts';
import { type Life, LifeSigns, type Standing } from './life.ts';
import { looked } from './opening.ts';
import type { Place } from './place.ts';
import { LEASE_MS, leftOf, RedisLease } from './redis-lease.ts';
import { RedisTime, timeOf } from './redis-time.ts';
import type { RecordState, Remembering } from './remembering.ts';

export interface OpenRedis {
  /** What remembers what is decided here. It is closed with the engine. */
  remembering: Remembering;
  /** Instead of Redis's clock. */
  time?: TimeSource;
  /** Refuses to make the store. */
  existing?: boolean;
  /** For how long Redis goes on deciding when nothing is recorded. */
  leaseMs?: number;
  /** When a commit is answered: as soon as it is decided, or once it is recorded. */
  ack?: 'decided' | 'recorded';
  /** Final documents stay in Redis for so long; a day where nothing is said. */
  keptMs?: number;
  /** Whether a store that Redis has lost is rebuilt from its record. Default: unless only one that is there is meant. */
  rebuilds?: boolean;
}

export interface OpenEpochOptions extends OpenRedis {
  /** What answers is not what was opened. May be told more than once. */
  onLost?: (error: StoreLost) => void;
}

export interface OpenedStore {
  /** For commits alone, in the order in which they are asked for. */
  deciding: Connection;
  reading: Connection;
  /** Waits for what is new in the stream. */
  recording: Connection;
  keys: StoreKeys;
  signs: LifeSigns;
  life: Life;
  standing: Standing;
  time: TimeSource;
  remembering: Remembering;
  leaseMs: number;
  /** How far the stream is recorded. */
  place: Place;
  close(): void;
}

/** @throws HoldfastError `unavailable`; StoreLost where what the record knows of is not there */
export async function openStore(address: string, options: OpenEpochOptions): Promise<OpenedStore> {
  const at = redisAddress(address);
  const { remembering, existing = false, time = new RedisTime() } = options;
  const { leaseMs = LEASE_MS, onLost } = options;
  const keys = keysOf(at.namespace);
  const signs = new LifeSigns(keys);
  const connections: Connection[] = [];
  const close = () => {
    for (const connection of connections) connection.close();
  };
  const connect = async () => {
    const told = onLost === undefined ? {} : { onLost };
    const connection = await Connection.open({ ...reached(at), ...told }, async (send) => {
      const { runId } = await looked(send, at);
      // A store that has gone since it was opened is not made anew.
      if (connections.length === 0) {
        await meet({ send, signs, remembering, runId, existing, leaseMs });
      }
      checkSame(await signs.read(send), runId);
    });
    connections.push(connection);
    return connection;
  };
  try {
    const [reading, deciding, recording] = [await connect(), await connect(), await connect()];
    const standing = await signs.standing(reading.send);
    if (standing === undefined) throw lost(GONE);
    if (time instanceof RedisTime) await time.look(reading.send);
    const life = await signs.sign(reading.send, Math.floor(time.wallMs()));
    const place = await leased({ send: reading.send, keys, remembering, leaseMs });
    return {
      ...{ deciding, reading, recording, keys, signs },
      ...{ life, standing, time, remembering, leaseMs, place, close },
    };
  } catch (error) {
    close();
    throw error;
  }
}

interface Meeting {
  send: Send;
  signs: LifeSigns;
  remembering: Remembering;
  runId: string;
  existing: boolean;
  leaseMs: number;
}

/** The store in Redis and its record are of one epoch, and on the Redis that this epoch began on. */
async function meet(meeting: Meeting): Promise<void> {
  const { send, signs, remembering, runId, existing, leaseMs } = meeting;
  let record = await remembering.look();
  let standing = await signs.standing(send);
  if (record.epoch === 0) {
    if (standing !== undefined) throw refused('this record does not know of the store in Redis');
    if (existing) throw refused('there is no store');
    const asked = { after: 0, runId, untilMs: record.nowMs + leaseMs };
    await remembering.openEpoch(asked);
    record = await remembering.look();
  }
  if (record.runId !== runId) throw lost(RESTARTED);
  const isNew = standing === undefined && record.epoch === 1 && record.number === 0;
  if (isNew) {
    const leaseUntilMs = (await timeOf(send)) + leftOf(record);
    const journalId = remembering.past.journalId ?? '';
    await signs.begin(send, { epoch: record.epoch, leaseUntilMs, runId, journalId });
    standing = await signs.standing(send);
  }
  if (standing === undefined) throw lost(GONE);
  const isOlder = standing.epoch < record.epoch || standing.number < record.number;
  if (standing.epoch > record.epoch) throw refused('this record has an older state than Redis');
  if (isOlder) throw lost('Redis has an older store');
}

/** A store that nobody has kept alive may decide again once somebody does. */
async function leased({ send, keys, remembering, leaseMs }: Leasing): Promise<RecordState> {
  const record = await remembering.look();
  if (leftOf(record) > 0) return record;
  const { epoch } = record;
  await new RedisLease({ send, keys, remembering, epoch, leaseMs }).extend();
  return remembering.look();
}

type Leasing = Pick<Meeting, 'send' | 'remembering' | 'leaseMs'> & { keys: StoreKeys };

const RESTARTED = 'Redis was restarted, or another one answers at its address';
const GONE = 'Redis has lost this store';

/** Whether what answers over a new connection may be used, and still is what the store was begun on. */
export async function lookAgain(
  send: Send,
  { signs, at }: { signs: LifeSigns; at: RedisAddress },
): Promise<void> {
  const { runId } = await looked(send, at);
  checkSame(await signs.read(send), runId);
}

/** What a Redis has lost in a restart nobody can tell by looking at it. */
function checkSame({ runId: begun }: Life, runId: string): void {
  if (begun === '') throw lost(GONE);
  if (begun !== runId) throw lost(RESTARTED);
}

function lost(why: string): StoreLost {
  return new StoreLost(`${why}; the store must be rebuilt`);
}

function refused(why: string): HoldfastError {
  return new HoldfastError('unavailable', why);
}
