// A process that records a stream and keeps its store's lease, and says what it has done. Run with
// HOLDFAST_CRASH_AT it dies on the way: `node one-recorder.ts ADDRESS FILE`, the file with a batch in each line.

import { readFileSync } from 'node:fs';
import { type DecidedBatch, Recorder } from '../../../src/engines/postgres/recorder.ts';

const [address, file] = process.argv.slice(2);
const lines = readFileSync(file!, 'utf8').trimEnd().split('\n');
const batches = lines.map((line) => JSON.parse(line) as DecidedBatch);
const recorder = await Recorder.open(address!);
let { epoch, number } = await recorder.look();
if (epoch === 0) {
  const opened = await recorder.openEpoch({ after: 0, untilMs: 1 });
  if (!opened.ok) throw new Error(opened.code);
  ({ epoch } = opened.state);
}
while (number < batches.length) {
  // The last that is there once more, and one or two that are not.
  const answer = await recorder.recordBatches(batches.slice(Math.max(0, number - 1), number + 2));
  if (!answer.ok || answer.refused.length > 0) throw new Error(JSON.stringify(answer));
  const lease = await recorder.extendLease({ epoch, untilMs: answer.number });
  if (!lease.ok) throw new Error(lease.code);
  ({ number } = answer);
  process.stdout.write(`${answer.number}\n`);
}
await recorder.close();
