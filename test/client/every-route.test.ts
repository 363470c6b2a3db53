// Every method against a real server: what goes in arrives, and what comes back is what the server
// shows. Refusals are values, whatever the method.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HoldfastClient, type PutLimitRequest } from '../../src/client/index.ts';
import { ServedShop } from '../http/served-shop.ts';
import { accepted, failed, listed, refused } from './expectations.ts';

let shop: ServedShop;
let client: HoldfastClient;
before(async () => {
  shop = await ServedShop.open();
  client = new HoldfastClient({ url: `${shop.url}/` });
});
after(() => shop.close());

test('pools: put, receive, adjust, transfer, look, look back, list', async () => {
  const tea = await accepted(client.putPool({ pool: 'tea', product: 'tea', place: 'berlin' }));
  assert.deepEqual([tea.id, tea.place, tea.version], ['tea', 'berlin', 1]);
  await accepted(client.putPool({ pool: 'tea:online', product: 'tea' }));
  const moved = await accepted(client.receive({ pool: 'tea', quantity: 10, reference: 'd1' }));
  assert.deepEqual(moved, { pool: 'tea', quantity: 10, version: 2 });
  const then = new Date(shop.time.wallMs());
  shop.time.passMs(1_000);
  await accepted(client.adjust({ pool: 'tea', quantity: -1, reason: 'broken' }));
  const transfer = { from: 'tea', to: 'tea:online', quantity: 4 };
  assert.equal((await accepted(client.transfer(transfer))).quantity, 4);
  assert.equal((await accepted(client.pool('tea'))).available, 5);
  assert.equal((await accepted(client.poolAt('tea', then))).available, 10);
  assert.equal((await accepted(client.poolAt('tea', then.toISOString()))).available, 10);
  const ids = (await listed(client.pools({ limit: 1 }))).map(({ id }) => id);
  assert.deepEqual(ids, ['tea', 'tea:online']);
  const ofShop = await listed(client.pools({ prefix: 'tea:' }));
  assert.deepEqual(
    ofShop.map(({ id }) => id),
    ['tea:online'],
  );
  const { pools, unknown } = await accepted(client.availability(['tea:online', 'none', 'tea']));
  assert.deepEqual(
    pools.map(({ id, available }) => [id, available]),
    [
      ['tea:online', 4],
      ['tea', 5],
    ],
  );
  assert.deepEqual(unknown, ['none']);
  const page = await accepted(client.poolPage({ limit: 1 }));
  assert.deepEqual([page.pools.length, page.next], [1, 'tea']);
});

test('reservations: reserve, extend, change, confirm, return, cancel, look, search', async () => {
  await shop.fill('cup', 100);
  const lines = [{ pool: 'cup', quantity: 3 }];
  const held = await accepted(
    client.reserve({
      lines,
      buyer: 'ann',
      holdFor: '20m',
      reference: 'r1',
      metadata: { gift: 'ü' },
    }),
  );
  assert.deepEqual([held.status, held.buyer, held.metadata], ['HELD', 'ann', { gift: 'ü' }]);
  const reservation = held.id;
  const longer = await accepted(client.extend({ reservation, holdFor: '30m' }));
  assert.ok(longer.expiresAt! > held.expiresAt!);
  const change = { reservation, lines: [{ pool: 'cup', quantity: 4 }] };
  assert.equal((await accepted(client.change(change))).lines[0]!.quantity, 4);
  assert.equal((await accepted(client.confirm({ reservation }))).status, 'CONFIRMED');
  const back = { reservation, lines: [{ pool: 'cup', quantity: 1 }] };
  assert.equal((await accepted(client.return(back))).lines[0]!.returned, 1);
  const other = await accepted(client.reserve({ lines, buyer: 'ann' }));
  assert.equal((await accepted(client.cancel({ reservation: other.id }))).status, 'CANCELLED');
  assert.equal((await accepted(client.reservation(reservation))).status, 'CONFIRMED');
  const found = await listed(client.reservations({ buyer: 'ann', limit: 1 }));
  assert.deepEqual(found.map(({ id }) => id).sort(), [reservation, other.id].sort());
  const page = await accepted(client.reservationPage({ status: 'CONFIRMED', reference: 'r1' }));
  assert.deepEqual(
    page.reservations.map(({ id }) => id),
    [reservation],
  );
});

test('leases: open, top up, renew, record, give back, settle, write off, look, search', async () => {
  await shop.fill('spoon', 100);
  const share = { node: 'till-3', pool: 'spoon', leaseFor: '30s' };
  const opened = await accepted(client.leases.open({ ...share, quantity: 200, quantityMin: 1 }));
  assert.deepEqual([opened.status, opened.moved, opened.offline], ['ACTIVE', 100, false]);
  const lease = opened.id;
  assert.equal((await accepted(client.leases.giveBack({ lease, quantity: 60 }))).quantity, 40);
  assert.equal((await accepted(client.leases.topUp({ lease, quantity: 10 }))).quantity, 50);
  const longer = await accepted(client.leases.renew({ lease, leaseFor: '60s' }));
  assert.ok(longer.expiresAt! > opened.expiresAt!);
  const id = '0190c3a4-0000-7000-8000-000000000001';
  const lines = [{ pool: 'spoon', quantity: 2 }];
  const soldAt = '2026-11-20T09:30:00Z';
  const sales = [{ id, lines, soldAt, metadata: { till: 3 } }];
  const { results } = await accepted(client.leases.record({ lease, sales }));
  assert.deepEqual([results[0]!.sale, results[0]!.recorded], [id, true]);
  assert.equal((await accepted(client.reservation(id))).status, 'CONFIRMED');
  assert.equal((await accepted(client.leases.settle({ lease, sales }))).status, 'CLOSED');
  await refused(client.leases.renew({ lease }), 'lease-ended');
  const other = await accepted(client.leases.open({ node: 'till-4', pool: 'spoon', quantity: 1 }));
  const lost = { lease: other.id, to: 'written-off', reason: 'theft' } as const;
  assert.equal((await accepted(client.leases.writeOff(lost))).status, 'WRITTEN_OFF');
  assert.equal((await accepted(client.leases.lease(lease))).sold, 2);
  await refused(client.leases.lease('none'), 'unknown-lease');
  const found = await listed(client.leases.search({ pool: 'spoon', limit: 1 }));
  assert.deepEqual(
    found.map((each) => [each.node, each.status]),
    [
      ['till-4', 'WRITTEN_OFF'],
      ['till-3', 'CLOSED'],
    ],
  );
});

test('limits, the journal, readiness, expiry', async () => {
  const limit: PutLimitRequest = {
    limit: 'few',
    per: 'buyer',
    scope: { pools: ['cup'] },
    quantityMax: 50,
  };
  await accepted(client.putLimit({ ...limit, window: 'P30D' }));
  const { limits } = await accepted(client.limits());
  assert.deepEqual(
    limits.map(({ limit: id, window }) => [id, window]),
    [['few', 'P30D']],
  );
  assert.equal((await accepted(client.limit('few'))).quantityMax, 50);
  await refused(client.putLimit(limit, { ifMatch: 9 }), 'stale-version');
  const entries = await listed(client.journal({ limit: 2 }));
  const { position } = await accepted(client.readiness());
  assert.deepEqual(
    entries.map((entry) => entry.position),
    Array.from({ length: position }, (_, index) => index + 1),
  );
  const { next } = await accepted(client.journalPage({ after: position }));
  assert.equal(next, position);
  assert.equal((await accepted(client.resumeExpiry())).resumed, false);
});

test('a refusal is a value with its code, status, sentence and numbers', async () => {
  await shop.fill('rare', 2);
  const lines = [{ pool: 'rare', quantity: 3 }];
  const { status, detail, details } = await refused(
    client.reserve({ lines }),
    'insufficient-stock',
  );
  assert.deepEqual([status, detail], [409, 'Not enough of this item is left.']);
  assert.deepEqual([details.pool, details.available], ['rare', 2]);
  assert.equal((await refused(client.pool('nowhere'), 'unknown-pool')).status, 404);
  await refused(client.pool('..%2F..'), 'unknown-pool');
  await refused(client.confirm({ reservation: 'x/y' }), 'unknown-reservation');
  await refused(client.receive({ pool: 'rare', quantity: 0 }), 'invalid-request');
  const error = await failed(listed(client.reservations({ limit: 1_000 })), 'refused');
  assert.equal(error.refusal?.code, 'invalid-request');
});

test('the same key is the same command, also one that needs quotes; a wrong one is refused', async () => {
  await shop.fill('plate', 9);
  const receive = { pool: 'plate', quantity: 1 };
  for (const key of ['plain', 'with space', '"quoted"', 'back\\slash']) {
    const first = await client.receive(receive, { key });
    const again = await client.receive(receive, { key });
    assert.deepEqual([first.ok && first.repeated, again.ok && again.repeated], [false, true], key);
    await refused(client.receive({ ...receive, quantity: 2 }, { key }), 'key-reused');
  }
  for (const key of ['', 'ü', 'line\n', 'x'.repeat(257)]) {
    const { details } = await refused(client.receive(receive, { key }), 'invalid-request');
    assert.equal(details.field, 'key');
    await refused(client.cancel({ reservation: 'any' }, { key }), 'invalid-request');
  }
  assert.equal((await accepted(client.pool('plate'))).available, 13);
});

test('a condition on the version holds', async () => {
  const { version } = await accepted(client.putPool({ pool: 'bowl' }));
  await accepted(client.receive({ pool: 'bowl', quantity: 5 }, { ifMatch: version }));
  await refused(
    client.receive({ pool: 'bowl', quantity: 5 }, { ifMatch: version }),
    'stale-version',
  );
  const held = await accepted(client.reserve({ lines: [{ pool: 'bowl', quantity: 1 }] }));
  const reservation = held.id;
  const stale = client.confirm({ reservation }, { ifMatch: held.version + 1 });
  await refused(stale, 'stale-version');
  await accepted(client.confirm({ reservation }, { ifMatch: held.version }));
});
