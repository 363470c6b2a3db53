// `node test/orders/payments/soak.ts --sequences 100000 [--seed N]`: random lives of orders and payments
// until one is wrong, or all have been played. Prints the seed that repeats what it found.

import { parseArgs } from 'node:util';
import { playSequence } from './callback-sequences.ts';

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
const first = Number(values.seed);
const count = Number(values.sequences);
const ends: Record<string, number> = {};
let callbacks = 0;
let wrong = 0;
const startMs = performance.now();
for (let seed = first; seed < first + count; seed += 1) {
  const report = await playSequence(seed);
  callbacks += report.callbacks;
  for (const [end, number] of Object.entries(report.ends)) ends[end] = (ends[end] ?? 0) + number;
  if (report.wrong.length > 0) {
    wrong += 1;
    process.stdout.write(`seed ${seed}: ${report.wrong.join('; ')}\n`);
    if (wrong >= 5) break;
  }
  if ((seed - first + 1) % 1_000 === 0) {
    const perS = Math.round((seed - first + 1) / ((performance.now() - startMs) / 1_000));
    process.stderr.write(`${seed - first + 1} sequences, ${perS}/s\n`);
  }
}
process.stdout.write(`${JSON.stringify({ sequences: count, callbacks, ends, wrong })}\n`);
process.exitCode = wrong === 0 ? 0 : 1;
