// Leases over HTTP: their notation, each sale answered on its own, lists by node, and who is told of
// what.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '../../src/ids.ts';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 100);
});
after(() => shop.close());

async function lease(more: object = {}): Promise<string> {
  const share = { node: 'till-3', pool: 'tea', quantity: 5, leaseFor: '30s', ...more };
  const opened = await shop.post('/v1/leases', share);
  assert.equal(opened.status, 201);
  assert.equal(opened.headers.get('location'), `/v1/leases/${opened.body.id}`);
  return opened.body.id;
}

const sale = (quantity: number, more: object = {}) => ({
  id: newId(),
  lines: [{ pool: 'tea', quantity }],
  ...more,
});

test('a lease shows its times outside, and the pool what is out', async () => {
  const id = await lease();
  const found = (await shop.get(`/v1/leases/${id}`)).body;
  assert.equal(Date.parse(found.expiresAt) - Date.parse(found.createdAt), 30_000);
  assert.deepEqual([found.quantity, found.sold, found.offline], [5, 0, false]);
  const { available, leased } = (await shop.get('/v1/pools/tea')).body;
  assert.deepEqual([available, leased], [95, 5]);
  shop.time.passMs(1_000);
  const renewed = (await shop.post(`/v1/leases/${id}/renew`)).body;
  assert.equal(Date.parse(renewed.heardAt) - Date.parse(renewed.createdAt), 1_000);
  const closed = (await shop.post(`/v1/leases/${id}/give-back`)).body;
  assert.deepEqual([closed.status, closed.moved, closed.expiresAt], ['CLOSED', 5, undefined]);
  problemOf(await shop.post(`/v1/leases/${id}/renew`), 409, 'lease-ended');
});

test('sales are answered one by one, and told as replayed', async () => {
  const id = await lease();
  const [good, much] = [sale(2, { buyer: 'ada', soldAt: '2026-11-20T09:30:00Z' }), sale(4)];
  const first = await shop.post(`/v1/leases/${id}/record`, { sales: [good, much] });
  const [recorded, refused] = first.body.results;
  assert.deepEqual([recorded.recorded, recorded.reservation.status], [true, 'CONFIRMED']);
  assert.deepEqual([refused.recorded, refused.problem.code], [false, 'quantity-exceeds-lease']);
  assert.deepEqual([first.status, first.body.lease.sold], [200, 2]);
  const again = await shop.post(`/v1/leases/${id}/record`, { sales: [good] });
  assert.equal(again.body.results[0].replayed, true);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  shop.time.passMs(30_000);
  const late = await shop.post(`/v1/leases/${id}/record`, { sales: [sale(1)] });
  assert.equal(late.body.results[0].problem.leaseStatus, 'EXPIRED');
  const odd = { sales: [sale(1, { soldAt: 'yesterday' })] };
  const wrong = problemOf(await shop.post(`/v1/leases/${id}/record`, odd), 400, 'invalid-request');
  assert.equal(wrong.field, 'sales/0/soldAt');
});

test('an offline till is shown with what it has out and since when it was heard of', async () => {
  const id = await lease({ node: 'market', leaseFor: undefined });
  shop.time.passMs(86_400_000);
  const { leases } = (await shop.get('/v1/leases?node=market&status=ACTIVE')).body;
  assert.deepEqual(
    leases.map((each: { id: string; offline: boolean }) => [each.id, each.offline]),
    [[id, true]],
  );
  const settled = await shop.post(`/v1/leases/${id}/settle`, { sales: [sale(3)] });
  assert.deepEqual([settled.body.status, settled.body.sold, settled.body.moved], ['CLOSED', 3, 2]);
  assert.deepEqual((await shop.get('/v1/leases?node=market&status=ACTIVE')).body.leases, []);
});

test('the journal and the live feed of a sale show the reservation', async () => {
  const id = await lease();
  const sold = sale(1);
  await shop.post(`/v1/leases/${id}/record`, { sales: [sold] });
  const { position } = (await shop.get('/readyz')).body;
  const [entry] = (await shop.get(`/v1/journal?after=${position - 1}`)).body.entries;
  assert.equal(entry.reservations[0].id, sold.id);
  const types = entry.events.map(({ type }: { type: string }) => type);
  assert.deepEqual(types, ['reservation.confirmed', 'lease.recorded']);
});
