// `node test/orders/preorders/staged-soak.ts --sequences 20000 [--seed N]`: random lives of pre-orders until
// five are wrong, or all have been played. Prints the seeds that repeat what it found.

import { parseArgs } from 'node:util';
import { playStages } from './staged-sequences.ts';

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
const first = Number(values.seed);
const count = Number(values.sequences);
const ends: Record<string, number> = {};
let wrong = 0;
for (let seed = first; seed < first + count && wrong < 5; seed += 1) {
  const report = await playStages(seed);
  for (const [end, number] of Object.entries(report.ends)) ends[end] = (ends[end] ?? 0) + number;
  if (report.wrong.length === 0) continue;
  wrong += 1;
  process.stdout.write(`seed ${seed}: ${report.wrong.join('; ')}\n`);
}
process.stdout.write(`${JSON.stringify({ sequences: count, ends, wrong })}\n`);
process.exitCode = wrong === 0 ? 0 : 1;
