// Records and checks as many histories as one likes, or repeats one:
//   node test/history/soak.ts --histories 5000 --seed 1 --engine NAME
// with --segments 3: pools are sold in segments (in process)
// NAME: [http-]memory|sqlite|postgres[-conditional|-optimistic], or coordinator, redis, memory-slots, redis-slots,
// redis-cluster-slots

import { parseArgs } from 'node:util';
import { fastFolder } from '../support/fast-folder.ts';
import { isPostgres } from '../support/postgres-kind.ts';
import { type Campaign, runCampaign, type Totals } from './campaign.ts';
import { ENGINES } from './engines.ts';
import { recordInProcess } from './in-process.ts';
import { HttpRun } from './over-http.ts';
import { PRODUCT } from './product.ts';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    engine: { type: 'string', default: 'memory' },
    segments: { type: 'string' },
  },
});
const { segments: SEGMENTS } = values;
const [engine, seed, histories] = [values.engine, Number(values.seed), Number(values.histories)];

const startMs = performance.now();
function line(totals: Totals): string {
  const share = Math.round((100 * totals.overlapping) / Math.max(1, totals.operations));
  const { histories: checked, operations, unknown, undecided, setAside } = totals;
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  const rest = `${unknown} unknown, ${undecided} undecided, ${setAside} set aside, ${seconds} s`;
  return `${checked} histories, ${operations} operations, ${share} % overlapping, ${rest}`;
}

/** What records histories, and what is left to do after the last. */
async function open(name: string): Promise<{ record: Campaign['record']; close: Close }> {
  const behind = name.replace(/^http-/, '') as keyof typeof ENGINES;
  if (!(behind in ENGINES)) throw new RangeError(`no engine is called ${name}`);
  if (name === behind) {
    const kind = { ...ENGINES[behind], ...(SEGMENTS && { segments: Number(SEGMENTS) }) };
    const record = (each: number) => recordInProcess(each, kind, PRODUCT);
    return { record, close: async () => undefined };
  }
  if (behind !== 'memory' && behind !== 'sqlite' && !isPostgres(behind)) {
    throw new RangeError(`histories of ${behind}: in process`);
  }
  const directory = fastFolder('soak');
  const run = await HttpRun.open({ engine: behind, directory, seed });
  return { record: (each) => run.record(each), close: () => run.close() };
}

type Close = () => Promise<string | undefined>;

const onHistory = (totals: Totals) => process.stderr.write(`\r  ${line(totals)}   `);
const { record, close } = await open(engine);
const again = SEGMENTS === undefined ? engine : `${engine} --segments ${SEGMENTS}`;
const totals = await runCampaign({ record, seed, histories, engine: again, onHistory });
process.stderr.write('\r');
console.log(`seed ${seed}, ${engine}: ${line(totals)}`);
const verified = await close();
const wrong = totals.failure ?? verified;
if (wrong !== undefined) {
  console.log(wrong);
  process.exitCode = 1;
}
