// Leases on PostgreSQL, with two servers on one store: what one leases out the other records, a lease
// that is over is free at either, and a sale that is reported to both takes effect once.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { LEASE_MS, saleOf } from '../../support/leasing.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { accepted } from '../../support/shop.ts';

const skip = postgresMissing() ?? false;

it('two servers share leases, and their ends', { skip }, async () => {
  const { address, drop } = await freshSchema();
  const time = new ManualTime();
  const open = async () =>
    Stock.open(await PostgresEngine.open(address, { time }), { sweep: false });
  const [one, other] = [await open(), await open()];
  accepted(await one.putPool({ pool: 'tea' }));
  accepted(await one.receive({ pool: 'tea', quantity: 20 }));
  const share = { node: 'till-1', pool: 'tea', leaseForMs: LEASE_MS };
  const lease = accepted(await one.leases.open({ ...share, quantity: 30, quantityMin: 1 })).id;
  const sales = Array.from({ length: 8 }, () => saleOf('tea', 2));
  const both = [one, other].map(({ leases }) => leases.record({ lease, sales }));
  for (const answer of await Promise.all(both)) {
    assert.deepEqual(new Set(accepted(answer).results.map(({ ok }) => ok)), new Set([true]));
  }
  accepted(await other.leases.giveBack({ lease, quantity: 1 }));
  const { available, leased, sold } = (await one.pool('tea'))!;
  assert.deepEqual([available, leased, sold], [1, 3, 16]);
  time.passMs(LEASE_MS);
  accepted(await other.reserve({ lines: [{ pool: 'tea', quantity: 4 }] }));
  const late = accepted(await one.leases.record({ lease, sales: [saleOf('tea', 1)] }));
  assert.ok(!late.results[0]!.ok && late.results[0]!.code === 'lease-ended');
  assert.deepEqual((await verify(one.engine)).problems, []);
  await one.close();
  await other.close();
  await drop();
});
