// A flash sale under load on services of its own, from the empty store to the verified one. Prints a line of JSON for
// each second and one for the whole; writes a page with charts. Exit code 1 if a promise of the sale did not hold.
//   node load/flash-sale.ts --setup embedded --by k6 --buyers 1000 --units 100 --seconds 60 --out DIR
//   node load/flash-sale.ts --setup stack --by crowd --buyers 100000 --units 1000 --seconds 200 --out DIR

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Progress } from '../src/cli/progress.ts';
import { salePage } from './sale/sale-page.ts';
import { saleReport, summaryLines } from './sale/sale-report.ts';
import { type Rate, runSale, type SaleRunOptions } from './sale/sale-run.ts';
import { SETUPS } from './sale/sale-setup.ts';

const { values } = parseArgs({
  options: {
    setup: { type: 'string', default: 'embedded' },
    servers: { type: 'string' },
    by: { type: 'string', default: 'crowd' },
    units: { type: 'string', default: '50' },
    buyers: { type: 'string', default: '2000' },
    limit: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '20' },
    'hold-for-seconds': { type: 'string', default: '5' },
    'never-pay': { type: 'string', default: '0' },
    rate: { type: 'string' },
    burst: { type: 'string' },
    'deductions-per-second': { type: 'string' },
    'think-seconds': { type: 'string', default: '1' },
    'at-once': { type: 'boolean', default: false },
    attempts: { type: 'string', default: '10' },
    connections: { type: 'string', default: '200' },
    // A crowd that goes on for so long, until all units are paid for: on a machine that stood still they come back late.
    'linger-seconds': { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    'p99-max-ms': { type: 'string' },
    out: { type: 'string' },
  },
});
// The servers go with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const folder = mkdtempSync(join(tmpdir(), 'holdfast-sale-numbers-'));
const progress = new Progress();
try {
  const run = optionsOf();
  const numbers = await runSale(run);
  progress.end();
  const bounds = {
    ...bound('deductionsPerSecondMax', 'deductions-per-second'),
    ...bound('p99MsMax', 'p99-max-ms'),
  };
  const { bySecond, levels, ...report } = saleReport(numbers, run, bounds);
  for (const second of bySecond) console.log(JSON.stringify({ name: 'second', ...second }));
  console.log(JSON.stringify(report));
  const whole = { ...report, bySecond, levels };
  keep('flash-sale.json', `${JSON.stringify(whole, null, 2)}\n`);
  keep('flash-sale.html', salePage(whole));
  process.stderr.write(`${summaryLines(whole).join('\n')}\n`);
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  progress.end();
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function optionsOf(): SaleRunOptions {
  const setup = oneOf('setup', SETUPS);
  const rate = rateOf();
  return {
    ...{ setup, folder, servers: number('servers', setup === 'embedded' ? 1 : 2) },
    ...{ units: number('units'), limit: number('limit'), seconds: number('seconds') },
    ...{ holdForSeconds: number('hold-for-seconds'), neverPay: number('never-pay') },
    ...(rate === undefined ? {} : { rate }),
    load:
      oneOf('by', ['k6', 'crowd'] as const) === 'k6'
        ? {
            ...{ by: 'k6', users: number('buyers'), thinkSeconds: number('think-seconds') },
            ...{ atOnce: values['at-once'] },
            ...bound('p99MsMax', 'p99-max-ms'),
          }
        : {
            ...{ by: 'crowd', buyers: number('buyers'), attempts: number('attempts') },
            ...{ connections: number('connections'), seed: number('seed') },
            lingerSeconds: number('linger-seconds'),
          },
    onProgress: (phase, done, total) => progress.show(phase, done, total),
  };
}

/**
 * Of so many deductions a second that are allowed, nine tenths may be admitted in one: the rest is room for those
 * that were admitted in the second before and are decided in this one.
 */
function rateOf(): Rate | undefined {
  if (values.rate !== undefined) {
    return { perSecond: number('rate'), burst: number('burst', number('rate')) };
  }
  if (values['deductions-per-second'] === undefined) return undefined;
  const most = number('deductions-per-second');
  return { perSecond: most * 0.8, burst: Math.floor(most * 0.1) };
}

function number(name: keyof typeof values, otherwise?: number): number {
  const value = values[name] === undefined ? otherwise! : Number(values[name]);
  if (!(value >= 0)) throw new RangeError(`--${name} must be a number, 0 or more`);
  return value;
}

function bound<Name extends string>(as: Name, name: keyof typeof values) {
  const found = values[name] === undefined ? {} : { [as]: number(name) };
  return found as Partial<Record<Name, number>>;
}

function oneOf<Word extends string>(name: keyof typeof values, words: readonly Word[]): Word {
  const word = words.find((each) => each === values[name]);
  if (word === undefined) throw new RangeError(`--${name} must be ${words.join(' or ')}`);
  return word;
}

function keep(name: string, text: string): void {
  if (values.out === undefined) return;
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, name), text);
}
