// The same sale on two servers over Redis, PostgreSQL and Kafka. How long anything took is not looked at.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kafkaMissing } from '../support/kafka.ts';
import { postgresMissing } from '../support/postgres.ts';
import { redisMissing } from '../support/redis.ts';
import { saleUnderLoad } from './sale-under-load.ts';

// A machine that stands still holds up those who pay: what they did not get in time is sold to who comes again.
const CROWD = [
  ...['--linger-seconds', '120'],
  ...['--setup', 'stack', '--by', 'crowd', '--buyers', '1000', '--attempts', '10'],
  ...['--units', '50', '--seconds', '16', '--hold-for-seconds', '2', '--never-pay', '0.2'],
  ...['--deductions-per-second', '500', '--seed', '7'],
];

test('two servers sell 50 units to 1,000 buyers: each once', {
  skip: redisMissing() ?? postgresMissing() ?? kafkaMissing() ?? false,
  timeout: 400_000,
}, async () => {
  const { code, report, said, broken } = await saleUnderLoad(CROWD);
  assert.deepEqual([broken, code], [[], 0], said);
  const { setup, servers, sold, paid, paidLate, accepted, released } = report;
  assert.deepEqual([setup, servers, sold, paid], ['stack', 2, 50, 50]);
  assert.equal(accepted + paidLate, sold + released);
  const names = report.checks.map(({ name }) => name);
  assert.ok(names.includes('refused while a unit lay idle for more than 1000 ms'));
});
