// A sale that k6 buys in, small: exactly as many are sold as there are, so many to each buyer, no more admitted than
// the rate lets in. How long anything took is not looked at.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { missing, programOf } from '../support/needs.ts';
import { ROOT } from '../support/test-files.ts';
import { saleUnderLoad } from './sale-under-load.ts';

const skip = missing('k6') ?? false;
const K6 = [
  ...['--by', 'k6', '--buyers', '50', '--units', '80', '--limit', '2', '--seconds', '5'],
  ...['--rate', '60', '--burst', '80', '--think-seconds', '0.1'],
];

test('50 virtual users buy 80 units, 2 each at most: all are sold', {
  skip,
  timeout: 600_000,
}, async () => {
  const { code, report, seconds, said, broken } = await saleUnderLoad(K6);
  assert.deepEqual([broken, code], [[], 0], said);
  const { sold, paid, accepted, arrivals, admitted, refused } = report;
  assert.deepEqual([sold, paid, accepted], [80, 80, 80]);
  const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
  assert.equal(arrivals, accepted + refusals);
  assert.ok(refused['rate-limited']! > 0);
  assert.equal(admitted, arrivals - refused['rate-limited']!);
  assert.equal(report.checks.find(({ name }) => name === 'units of one buyer')!.found, 2);
  assert.equal(seconds.length, report.bySecond.length);
});

test('k6 is pointed at this machine alone', { skip }, async () => {
  const words = ['run', '--quiet', '-e', 'HOST=http://192.0.2.1:80'];
  const args = [...words, join(ROOT, 'load/flash-sale.js')];
  const said = await new Promise<string>((resolve) => {
    execFile(programOf('k6')!, args, (error, _, stderr) => resolve(`${error?.code} ${stderr}`));
  });
  assert.match(said, /^[1-9]\d* .*not on this machine's loopback/s);
});
