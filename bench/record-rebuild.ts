// How long it takes to read what a fresh store needs, with so many live reservations.

import { ownSchema } from '../src/bench/locking/own-schema.ts';
import { Recorder } from '../src/engines/postgres/recorder.ts';
import { DecidedStream } from './decided-stream.ts';

const POOLS = 1_000;
const FILLED_AT_ONCE = 5_000;

export async function rebuilt(server: string, live: number): Promise<void> {
  const schema = await ownSchema(server, 1);
  const recorder = await Recorder.open(schema.address({}));
  const stream = await DecidedStream.make(POOLS);
  await stream.open(recorder);
  for (let count = 0; count < live; count += FILLED_AT_ONCE) {
    await recorder.recordBatches([stream.next(FILLED_AT_ONCE)]);
  }
  const counts = { owners: 0, documents: 0, requests: 0 };
  const startMs = performance.now();
  const endMs: Record<string, number> = {};
  for await (const page of recorder.rebuildState()) {
    if (page.kind === 'owners') counts.owners += page.owners.length;
    if (page.kind === 'documents') counts.documents += page.documents.length;
    if (page.kind === 'requests') counts.requests += page.requests.length;
    endMs[page.kind] = Math.round(performance.now() - startMs);
  }
  const seconds = Number(((performance.now() - startMs) / 1_000).toFixed(1));
  const rssMb = Math.round(process.memoryUsage.rss() / 1e6);
  console.log(JSON.stringify({ name: 'record.rebuild', seconds, ...counts, endMs, rssMb }));
  await recorder.close();
  await schema.drop();
}
