// A recorder that is given 10,000 decided entries a second, in batches of 256: whether it keeps up, and how
// long each batch waited from the moment it was due until it was recorded.

import { setTimeout } from 'node:timers/promises';
import { quantile } from '../src/bench/figure.ts';
import { ownSchema } from '../src/bench/locking/own-schema.ts';
import { Recorder } from '../src/engines/postgres/recorder.ts';
import { DecidedStream } from './decided-stream.ts';

const POOLS = 1_000;
const RATE = 10_000;
const BATCH = 256;
/** In one call, when it is behind. */
const BATCHES_MAX = 16;

export async function sustained(server: string, minutes: number): Promise<void> {
  const schema = await ownSchema(server, 1);
  const recorder = await Recorder.open(schema.address({}));
  const stream = await DecidedStream.make(POOLS);
  await stream.open(recorder);
  const startMs = performance.now();
  const total = Math.floor((minutes * 60_000 * RATE) / (BATCH * 1_000));
  const dueMs = (batch: number) => startMs + (batch * BATCH * 1_000) / RATE;
  const waitsMs: number[] = [];
  for (let done = 0; done < total; ) {
    const nowMs = performance.now();
    if (dueMs(done) > nowMs) await setTimeout(dueMs(done) - nowMs);
    let count = 1;
    while (count < BATCHES_MAX && done + count < total && dueMs(done + count) <= nowMs) count += 1;
    const batches = Array.from({ length: count }, () => stream.next(BATCH));
    const answer = await recorder.recordBatches(batches);
    if (!answer.ok || answer.refused.length > 0) throw new Error(JSON.stringify(answer));
    for (let batch = done; batch < done + count; batch += 1) {
      waitsMs.push(performance.now() - dueMs(batch));
    }
    done += count;
  }
  const tookMs = performance.now() - startMs;
  const [p50Ms, p99Ms, mostMs] = [0.5, 0.99, 1].map((part) => Math.round(quantile(waitsMs, part)));
  const value = Math.round((total * BATCH * 1_000) / tookMs);
  const name = 'record.sustained';
  console.log(JSON.stringify({ name, value, unit: 'entries/s', minutes, p50Ms, p99Ms, mostMs }));
  await recorder.close();
  await schema.drop();
}
