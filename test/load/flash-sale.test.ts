// A sale with a small crowd of our own, on one server with its files: every promise holds and everything that came of
// the attempts adds up. How long anything took is not looked at.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { refusalsOf, totalOf } from '../../load/sale/seconds.ts';
import { loadProgram, saleUnderLoad } from './sale-under-load.ts';

// A machine that stands still holds up those who pay: what they did not get in time is sold to who comes again.
const CROWD = [
  ...['--linger-seconds', '120'],
  ...['--by', 'crowd', '--buyers', '2000', '--attempts', '10', '--units', '50'],
  ...['--seconds', '12', '--hold-for-seconds', '1', '--never-pay', '0.3', '--seed', '7'],
  ...['--deductions-per-second', '1000'],
];

const BODY = '{"code":"insufficient-stock"}';

test('2,000 buyers, some of whom never pay, buy 50 units: each is sold once', {
  timeout: 400_000,
}, async () => {
  const { code, report, seconds, page, said, broken } = await saleUnderLoad(CROWD);
  assert.deepEqual([broken, code, report.ok], [[], 0, true], said);
  const { sold, paid, paidLate, released, accepted, arrivals, dropped, admitted } = report;
  assert.deepEqual([sold, paid], [50, 50]);
  assert.ok(released > 0, 'nobody walked away, so nothing was sold a second time');
  assert.equal(accepted + paidLate, sold + released);
  const refused = Object.values(report.refused).reduce((sum, count) => sum + count, 0);
  assert.equal(arrivals, dropped + accepted + refused);
  assert.equal(admitted, arrivals - dropped - report.refused['rate-limited']!);
  assert.ok(report.refused['insufficient-stock']! > 0 && report.refused['rate-limited']! > 0);
  const names = report.checks.map(({ name }) => name);
  for (const name of ['admitted: burst + rate x time', 'deductions in any second', 'verify']) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(names.includes('refused while a unit lay idle for more than 0 ms'));

  assert.equal(
    totalOf(seconds, (each) => each.arrivals),
    arrivals,
  );
  assert.deepEqual(refusalsOf(seconds), report.refused);
  assert.equal(
    report.levels.reduce((sum, { deductions }) => sum + deductions, 0),
    accepted,
  );
  assert.doesNotMatch(page, /NaN|undefined|Infinity|<script/);
  // Arrivals and admitted; two reasons; left, held, sold; taken; p99 and p50; dropped; taken away.
  assert.equal(page.match(/<polyline/g)!.length, 2 + 2 + 3 + 1 + 2 + 1 + 1);
});

test('load is sent to this machine alone, and to a bounded crowd', async () => {
  for (const url of ['http://192.0.2.1:80', 'http://example.com:8080', 'https://127.0.0.1:1']) {
    const { code, stderr } = await loadProgram('flash-crowd.ts', ['--url', url]);
    assert.equal(code, 1);
    assert.match(stderr, /load is for this machine alone/);
  }
  const { code, stderr } = await loadProgram('flash-crowd.ts', ['--buyers', '1000001']);
  assert.equal(code, 1);
  assert.match(stderr, /buyers: 1 to 1000000/);
});

test('arrivals do not wait for answers: what cannot be sent in time is counted as dropped', async (t) => {
  // It answers nothing until the crowd is over.
  let came = 0;
  const over = Promise.withResolvers<void>();
  const server = createServer(async (_, response) => {
    came += 1;
    if (came === 1) setTimeout(over.resolve, 2_500);
    await over.promise;
    response.writeHead(409, { 'Content-Length': BODY.length }).end(BODY);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, stdout } = await loadProgram('flash-crowd.ts', [
    ...['--url', url, '--buyers', '40', '--attempts', '1', '--seconds', '1'],
    ...['--connections', '10'],
  ]);
  assert.equal(code, 0, stdout);
  const crowd = JSON.parse(stdout.trim().split('\n').at(-1)!);
  const { arrivals, dropped, accepted, refused } = crowd;
  assert.deepEqual(
    { arrivals, dropped, accepted, refused },
    { arrivals: 40, dropped: 40 - came, accepted: 0, refused: { 'insufficient-stock': came } },
  );
  assert.ok(came >= 1 && came <= 10, `${came} came`);
  assert.ok(crowd.p50Ms > 1_000, 'their time counts from when they were due');
});
