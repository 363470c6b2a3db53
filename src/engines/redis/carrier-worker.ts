// The thread that carries a store's stream to its record in PostgreSQL: a carrier with connections of its own. It
// gives way to all other threads, because buyers wait for those.

import { parentPort, workerData } from 'node:worker_threads';
import { HoldfastError } from '../../errors.ts';
import { Recorder } from '../postgres/recorder.ts';
import { giveWay } from '../thread-priority.ts';
import { redisAddress } from './address.ts';
import { Carrier } from './carrier.ts';
import type { CarrierPlaces, CarrierReply, CarrierRequest } from './carrier-thread.ts';
import { reached } from './cluster-map.ts';
import { Connection } from './connection.ts';
import { StoreLost } from './failures.ts';
import { keysOf } from './keys.ts';
import { LifeSigns } from './life.ts';
import { lookAgain } from './open-store.ts';

const NICENESS = 10;

const { redis, record, epoch, leaseMs } = workerData as CarrierPlaces;
const port = parentPort!;

interface Opened {
  carrier: Carrier;
  close(): Promise<void>;
}

async function open(): Promise<Opened> {
  const at = redisAddress(redis);
  const keys = keysOf(at.namespace);
  const signs = new LifeSigns(keys);
  const connection = await Connection.open(reached(at), (send) => lookAgain(send, { signs, at }));
  try {
    const recorder = await Recorder.open(record, { existing: true });
    const carrier = new Carrier({
      ...{ send: connection.send, keys, remembering: recorder, epoch, leaseMs },
      onRecorded: (recorded) => tell({ recorded }),
    });
    const close = async () => {
      connection.close();
      await recorder.close();
    };
    return { carrier, close };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function tell(reply: CarrierReply): void {
  port.postMessage(reply);
}

let opened: Opened | undefined;

async function answer(request: CarrierRequest): Promise<void> {
  if ('close' in request) {
    await opened?.close();
    port.close();
    return;
  }
  try {
    opened ??= await open();
    tell({ carried: await opened.carrier.carry(request.after) });
  } catch (error) {
    const { message } = error as Error;
    const known = error instanceof HoldfastError ? { code: error.code } : {};
    tell({ failed: { message, ...known, isLost: error instanceof StoreLost } });
  }
}

giveWay(NICENESS);
port.on('message', (request: CarrierRequest) => void answer(request));
