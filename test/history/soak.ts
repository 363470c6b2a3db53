// Records and checks as many histories as one likes, or repeats one:
//   node test/history/soak.ts --histories 5000 --seed 1 --engine memory|sqlite|http

import { parseArgs } from 'node:util';
import { runCampaign, type Totals } from './campaign.ts';
import { ENGINES } from './engines.ts';
import { recordInProcess } from './in-process.ts';
import { PRODUCT } from './product.ts';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    engine: { type: 'string', default: 'memory' },
  },
});
const [engine, seed, histories] = [values.engine, Number(values.seed), Number(values.histories)];

const startMs = performance.now();
function line(totals: Totals): string {
  const share = Math.round((100 * totals.overlapping) / Math.max(1, totals.operations));
  const { histories: checked, operations, unknown, undecided, setAside } = totals;
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  const rest = `${unknown} unknown, ${undecided} undecided, ${setAside} set aside, ${seconds} s`;
  return `${checked} histories, ${operations} operations, ${share} % overlapping, ${rest}`;
}

function recorderFor(name: string): (seed: number) => ReturnType<typeof recordInProcess> {
  if (name === 'memory' || name === 'sqlite') {
    return (each) => recordInProcess(each, ENGINES[name], PRODUCT);
  }
  throw new RangeError(`no engine is called ${name} here; memory, sqlite or http`);
}

const onHistory = (totals: Totals) => process.stderr.write(`\r  ${line(totals)}   `);
const record = recorderFor(engine);
const totals = await runCampaign({ record, seed, histories, engine, onHistory });
process.stderr.write('\r');
console.log(`seed ${seed}, ${engine}: ${line(totals)}`);
if (totals.failure !== undefined) {
  console.log(totals.failure);
  process.exitCode = 1;
}
