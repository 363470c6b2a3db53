// Opens what an engine stands on: connections to a Redis that may be used, the store that is there, the clock,
// what remembers. Closes all of it again when something is missing. Starts nothing.

import { HoldfastError } from '../../errors.ts';
import type { TimeSource } from '../clock.ts';
import { redisAddress } from './address.ts';
import { Connection, type Send } from './connection.ts';
import { keysOf, type StoreKeys } from './keys.ts';
import { type Life, LifeSigns, type Standing } from './life.ts';
import { looked } from './opening.ts';
import { RedisTime } from './redis-time.ts';
import type { Remembering } from './remembering.ts';

export interface OpenRedis {
  /** What remembers what is decided here. It is closed with the engine. */
  remembering: Remembering;
  /** Instead of Redis's clock. */
  time?: TimeSource;
  /** Refuses to make the store. */
  existing?: boolean;
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
  close(): Promise<void>;
}

export async function openStore(address: string, options: OpenRedis): Promise<OpenedStore> {
  const { url, namespace, isVolatile } = redisAddress(address);
  const { remembering, existing = false, time = new RedisTime() } = options;
  const keys = keysOf(namespace);
  const signs = new LifeSigns(keys);
  const connections: Connection[] = [];
  const close = async () => {
    for (const connection of connections) connection.close();
    await remembering.close();
  };
  const look = async (send: Send) => {
    const { runId } = await looked(send, { isVolatile });
    // Only when it is opened: a store that has gone since then is not made anew.
    if (!existing && connections.length === 0) await signs.begin(send, runId);
    checkSame(await signs.read(send), runId);
  };
  try {
    const reading = await Connection.open(url, look);
    connections.push(reading);
    const deciding = await Connection.open(url, look);
    connections.push(deciding);
    const recording = await Connection.open(url, look);
    connections.push(recording);
    const standing = await signs.standing(reading.send);
    if (standing === undefined)
      throw new HoldfastError('unavailable', `there is no store ${namespace}`);
    if (time instanceof RedisTime) await time.look(reading.send);
    const life = await signs.sign(reading.send, Math.floor(time.wallMs()));
    return {
      ...{ deciding, reading, recording, keys, signs, life, standing, time, remembering },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a Redis has lost in a restart nobody can tell by looking at it. */
function checkSame({ runId: begun }: Life, runId: string): void {
  if (begun === '' || begun === runId) return;
  const text =
    'Redis was restarted, or another one answers at its address; the store must be rebuilt';
  throw new HoldfastError('unavailable', text);
}
