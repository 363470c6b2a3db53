// Runs load/flash-sale.js in k6 on a sale that is open, and reads what it counted. k6 asks nobody but the servers: no
// usage report, no extensions, no port of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOf } from '../../test/support/needs.ts';
import type { LoadResult, Second } from './seconds.ts';

const SCRIPT = join(import.meta.dirname, '..', 'flash-sale.js');
/** k6's exit code for thresholds that do not hold: its numbers are there. */
const THRESHOLDS_CROSSED = 99;

export interface K6Options {
  urls: readonly string[];
  sale: string;
  pool: string;
  users: number;
  seconds: number;
  /** Between two attempts of a user. */
  thinkSeconds: number;
  /** All come in the same instant, not within the first time that they think. */
  atOnce: boolean;
  /** The share of those who pay. */
  pay: number;
  holdForSeconds: number;
  p99MsMax?: number;
  /** The file that its numbers go through. */
  summary: string;
}

/** @throws Error when k6 is not there, or ends without its numbers. */
export async function runK6(options: K6Options): Promise<LoadResult> {
  const { urls, users, seconds, thinkSeconds, pay, holdForSeconds, p99MsMax, summary } = options;
  const program = programOf('k6');
  if (program === undefined) throw new Error('no k6: node load/get-k6.ts');
  const asked = {
    ...{ HOST: urls.join(','), SALE: options.sale, POOL: options.pool },
    ...{ USERS: users, SECONDS: seconds, THINK: thinkSeconds, PAY: pay },
    ...{
      SPREAD: options.atOnce ? 0 : 1,
      HOLD_FOR: `${holdForSeconds}s`,
      P99_MS: p99MsMax ?? '',
      SUMMARY: summary,
    },
  };
  const words = Object.entries(asked).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const quietly = ['--quiet', '--no-color', '--no-usage-report', '--address', ''];
  const child = spawn(program, ['run', ...quietly, ...words, SCRIPT], {
    env: { ...process.env, K6_AUTO_EXTENSION_RESOLUTION: 'false' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let said = '';
  child.stderr.on('data', (piece) => (said = (said + piece).slice(-4_000)));
  const [code] = await once(child, 'exit');
  process.removeListener('exit', kill);
  if (code !== 0 && code !== THRESHOLDS_CROSSED) throw new Error(`k6 ended with ${code}: ${said}`);
  const result = JSON.parse(readFileSync(summary, 'utf8')) as LoadResult;
  return { ...result, bySecond: withoutEnd(result.bySecond) };
}

/** The seconds after its end in which nothing happened. */
function withoutEnd(seconds: Second[]): Second[] {
  const last = seconds.findLastIndex(({ arrivals }) => arrivals > 0);
  return seconds.slice(0, last + 1);
}
