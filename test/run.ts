// `npm test`: finds every test file, gets what they need, runs them with as many processes as the
// machine has cores (one of them takes the heavy ones first), and ends with what did not run and why.
// `npm test -- kernel http/pools` runs the files whose path contains one of the words. With CI set
// nothing may be skipped, but for what test-files.ts lists.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run, type TestsStream } from 'node:test';
import { shareKafka } from './support/kafka.ts';
import { FILE_MAX_MS, TEST_MAX_MS } from './support/limits.ts';
import { type Need, provide } from './support/needs.ts';
import { sharePostgres } from './support/postgres.ts';
import { shareRedis } from './support/redis.ts';
import { planTests, ROOT, SKIPPED_IN_CI_TOO } from './support/test-files.ts';
import { type Lane, reportRuns } from './support/test-report.ts';

const SAYS_WHAT_IS_OPEN = ['--import', join(ROOT, 'test/support/left-open.ts')];

// The same sources are compiled once and not by each of some 400 processes.
process.env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules/.cache/compiled');

const inCi = Boolean(process.env.CI);
const { together, heavy, alone, needs } = planTests(process.argv.slice(2));
const count = together.length + heavy.length + alone.length;
if (count === 0) {
  console.error('no test file matches');
  process.exit(1);
}
console.log(`Node.js ${process.version}, ${count} test files`);
const absent = provide(needs);
const isThere = (need: Need) => needs.includes(need) && !absent.includes(need);
const ends: (() => Promise<void>)[] = [];
if (isThere('postgres')) ends.push(await sharePostgres());
if (isThere('kafka')) ends.push(await shareKafka());
if (isThere('redis')) ends.push(await shareRedis());

/** Whatever a file does, those after it have their turn. */
function runOf(file: string): TestsStream {
  const late = new AbortController();
  const why = `has not ended after ${FILE_MAX_MS / 60_000} minutes`;
  const timer = setTimeout(() => late.abort(new Error(why)), FILE_MAX_MS);
  return run({
    ...{ files: [file], cwd: ROOT, execArgv: SAYS_WHAT_IS_OPEN },
    ...{ timeout: TEST_MAX_MS, signal: late.signal },
  }).on('end', () => clearTimeout(timer));
}

/** One file after another, of the first of `queues` that has one. Lanes that share queues share the work. */
function* lane(...queues: string[][]): Lane {
  for (const queue of queues) {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      yield () => runOf(path);
    }
  }
}
// One process fewer than cores: with as many beside the heavy one, two cores were never idle, and whoever waited for a
// database on a machine that others use too waited for longer than any server does.
const light = Array.from({ length: Math.max(1, availableParallelism() - 1) }, () =>
  lane(together, heavy),
);
const totals = await reportRuns([[lane(heavy, together), ...light], [lane(alone)]]).finally(() =>
  Promise.all(ends.map((end) => end())),
);

const problems: string[] = [];
if (totals.failed + totals.cancelled > 0)
  problems.push(`${totals.failed + totals.cancelled} failed`);
if (totals.passed === 0) problems.push('nothing passed');
if (inCi && absent.length > 0) problems.push(`CI must have ${absent.join(', ')}`);
const forbidden = totals.skips.filter((skip) => !SKIPPED_IN_CI_TOO.some((why) => why.test(skip)));
if (inCi && forbidden.length > 0) problems.push(`${forbidden.length} were skipped; CI may not`);
if (problems.length > 0) console.log(`\nFAILED: ${problems.join('; ')}`);
// Something that a file started, and that holds its output, may still be there: nobody waits for it.
process.exit(problems.length > 0 ? 1 : 0);
