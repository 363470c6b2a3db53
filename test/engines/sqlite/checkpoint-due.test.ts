// A day that begins while the checkpoint of the day before is still being made gets its own checkpoint
// when that one is whole, without waiting for another entry.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { newPath, openStore, receiving } from './store-files.ts';
import { lookAtMessages } from './thread-messages.ts';

const DAY_MS = 86_400_000;
/** Their balances are some fifteen parts, so that there is time to say something between two. */
const POOLS = 20_000;
const POOLS_PER_COMMIT = 1_000;

it('a checkpoint that is due while another is made follows it', async (t) => {
  const time = new ManualTime();
  const engine = await openStore(newPath(), time);
  t.after(() => engine.close());
  const { promise: tables, resolve: foundTables } = Promise.withResolvers<Worker>();
  const { promise: second, resolve: secondIsWhole } = Promise.withResolvers<void>();
  const positions: number[] = [];
  let parts = 0;
  // The tables hear of what is durable only here.
  const tell = async (durable: number) => {
    const thread = await tables;
    stop();
    thread.postMessage({ durable });
    stop = lookAtMessages(look);
  };
  const look = (message: object, thread: Worker): boolean => {
    if ('durable' in message) {
      foundTables(thread);
      return false;
    }
    if ('checkpoint' in message) {
      parts += 1;
      if (parts === 1) void tell(POOLS + 1);
    } else if ('checkpointDone' in message) {
      positions.push((message.checkpointDone as { position: number }).position);
      if (positions.length === 2) secondIsWhole();
    }
    return true;
  };
  let stop = lookAtMessages(look);
  t.after(() => stop());
  const pools = Array.from({ length: POOLS }, (_, index) => receiving(1, `p${index}`));
  for (let at = 0; at < POOLS; at += POOLS_PER_COMMIT) {
    await engine.commit(pools.slice(at, at + POOLS_PER_COMMIT));
  }
  time.passMs(DAY_MS);
  await engine.commit([receiving(1)]);
  await tell(POOLS);
  await second;
  assert.deepEqual(positions, [POOLS, POOLS + 1]);
  assert.ok(parts > 8, `${parts} parts`);
});
