// `node bench/redis-rebuild.ts [--live N]`: how long it takes until a Redis that has nothing decides again, with so
// many live reservations in the record. Fills the record first; only the rebuild is measured. Prints JSON.

import { parseArgs } from 'node:util';
import { ownSchema } from '../src/bench/locking/own-schema.ts';
import { Recorder } from '../src/engines/postgres/recorder.ts';
import { rebuildStore } from '../src/engines/redis/rebuild-store.ts';
import { RecordedInPostgres } from '../src/engines/redis/recorded-in-postgres.ts';
import { providePostgres } from '../test/support/postgres.ts';
import { freshNamespace } from '../test/support/redis.ts';
import { DecidedStream } from './decided-stream.ts';

const { values } = parseArgs({ options: { live: { type: 'string', default: '1000000' } } });
const LIVE = Number(values.live);
const POOLS = 1_000;
const FILLED_AT_ONCE = 5_000;

const schema = await ownSchema(await providePostgres(), 1);
const namespace = await freshNamespace();
const recorder = await Recorder.open(schema.address({}));
const stream = await DecidedStream.make(POOLS);
await stream.open(recorder);
for (let count = 0; count < LIVE; count += FILLED_AT_ONCE) {
  await recorder.recordBatches([stream.next(Math.min(FILLED_AT_ONCE, LIVE - count))]);
  if (process.stderr.isTTY) process.stderr.write(`\r  filled ${count}        `);
}
await recorder.close();

const remembering = await RecordedInPostgres.open(schema.address({}));
const endMs: Record<string, number> = {};
const startMs = performance.now();
const answer = await rebuildStore(namespace.address, {
  remembering,
  onStep: ({ step }) => {
    endMs[step] = Math.round(performance.now() - startMs);
  },
});
const seconds = Number(((performance.now() - startMs) / 1_000).toFixed(1));
if (!answer.ok) throw new Error(`it was not rebuilt: ${answer.code}`);
const rssMb = Math.round(process.memoryUsage.rss() / 1e6);
console.log(JSON.stringify({ name: 'redis.rebuild', seconds, ...answer.counts, endMs, rssMb }));
await remembering.close();
await namespace.drop();
await schema.drop();
