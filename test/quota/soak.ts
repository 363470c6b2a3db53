// More sequences over a centre and its nodes than a test run has time for:
// `node test/quota/soak.ts --runs 5000 [--seed 1]`.

import { parseArgs } from 'node:util';
import { checkNodes } from './sequences.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string' } },
});
const seed = values.seed === undefined ? undefined : Number(values.seed);
const startedMs = performance.now();
await checkNodes(Number(values.runs), seed);
const tookS = Math.round((performance.now() - startedMs) / 1_000);
process.stdout.write(`${values.runs} sequences in ${tookS} s, nothing found\n`);
