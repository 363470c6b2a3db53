// Returns over HTTP: from the request to the last verdict, and what a warehouse tells.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 1_000);
});
after(() => shop.close());

const tea = (quantity: number) => [{ pool: 'tea', quantity }];
const judged = (quantity: number, verdict: string) => [{ pool: 'tea', quantity, verdict }];

async function shipped(quantity: number): Promise<string> {
  const lines = [{ pool: 'tea', quantity, unitPrice: 250 }];
  const { orderId } = (await shop.post('/v1/orders', { lines, currency: 'EUR' })).body;
  await shop.post(`/v1/orders/${orderId}/paid`);
  await shop.post(`/v1/orders/${orderId}/ship`);
  return orderId;
}

async function requested(quantity: number): Promise<{ order: string; id: string }> {
  const order = await shipped(quantity);
  const begun = await shop.post('/v1/returns', { order });
  assert.equal(begun.status, 201);
  assert.equal(begun.headers.get('location'), `/v1/returns/${begun.body.id}`);
  return { order, id: begun.body.id };
}

describe('a return over HTTP', () => {
  it('goes from the request to the refund', async () => {
    const { order, id } = await requested(2);
    const at = '2026-11-20T09:30:00.000Z';
    const told = { event: 'picked-up', at, reference: 'P1' };
    const picked = await shop.post(`/v1/returns/${id}/carrier`, told);
    assert.deepEqual([picked.body.status, picked.body.carrier], ['RETURNING', [told]]);
    await shop.post(`/v1/returns/${id}/receive`, { lines: [{ line: 0, quantity: 2 }] });
    const body = { lines: judged(2, 'sellable') };
    const closed = await shop.post(`/v1/returns/${id}/inspect`, body);
    assert.equal(closed.status, 200);
    assert.equal(closed.body.status, 'CLOSED');
    assert.deepEqual(closed.body.refundWanted, { amount: 500, currency: 'EUR' });
    const shown = (await shop.get(`/v1/orders/${order}`)).body;
    assert.deepEqual([shown.status, shown.refundWanted.amount], ['RETURNED', 500]);
    const { returns } = (await shop.get(`/v1/returns?order=${order}&status=CLOSED`)).body;
    assert.deepEqual(
      returns.map((one: { id: string }) => one.id),
      [id],
    );
    const seen = await shop.get(`/v1/returns/${id}`);
    const tag = { 'if-none-match': seen.headers.get('etag')! };
    assert.equal((await shop.call('GET', `/v1/returns/${id}`, undefined, tag)).status, 304);
  });

  it('is one under one key', async () => {
    const order = await shipped(2);
    const headers = { 'idempotency-key': 'back-1' };
    const first = await shop.post('/v1/returns', { order, lines: tea(1) }, headers);
    const again = await shop.post('/v1/returns', { order, lines: tea(1) }, headers);
    assert.equal(again.body.id, first.body.id);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
  });

  it('begins with a carrier who could not deliver', async () => {
    const order = await shipped(1);
    const refused = await shop.post(`/v1/orders/${order}/carrier`, { event: 'refused' });
    assert.equal(refused.status, 201);
    assert.equal(refused.body.status, 'RETURNING');
    const cancelled = await shop.post(`/v1/returns/${refused.body.id}/cancel`);
    assert.equal(cancelled.body.status, 'CANCELLED');
    assert.equal((await shop.get(`/v1/orders/${order}`)).body.status, 'DELIVERED');
  });

  it('refuses what is not well formed, with the field', async () => {
    const { order, id } = await requested(1);
    const wrong: [path: string, body: object, field: string][] = [
      ['/v1/returns', {}, 'order'],
      ['/v1/returns', { order, reservation: order }, 'order'],
      ['/v1/returns', { order, lines: [] }, 'lines'],
      ['/v1/returns', { order, lines: [{ quantity: 1 }] }, 'lines/0'],
      ['/v1/returns', { order, lines: [{ line: 0, pool: 'tea', quantity: 1 }] }, 'lines/0'],
      ['/v1/returns', { order, lines: [{ line: -1, quantity: 1 }] }, 'lines/0/line'],
      ['/v1/returns', { order, lines: [{ pool: 'é', quantity: 1 }] }, 'lines/0/pool'],
      ['/v1/returns', { order, reason: '' }, 'reason'],
      [`/v1/returns/${id}/carrier`, { event: 'eaten' }, 'event'],
      [`/v1/returns/${id}/carrier`, { event: 'lost', at: 'noon' }, 'at'],
      [`/v1/orders/${order}/carrier`, { event: 'lost' }, 'event'],
      [`/v1/returns/${id}/receive`, { lines: [{ pool: 'tea', quantity: 0 }] }, 'lines/0/quantity'],
      [`/v1/returns/${id}/inspect`, { lines: judged(1, 'fine') }, 'lines/0/verdict'],
      [`/v1/returns/${id}/inspect`, { lines: judged(1, 'sellable'), refund: -1 }, 'refund'],
      [`/v1/returns/${id}/close`, { missing: 'eaten' }, 'missing'],
      ['/v1/pools/tea/unquarantine', { quantity: 1, to: 'held' }, 'to'],
      ['/v1/warehouse/events', { events: [] }, 'events'],
    ];
    for (const [path, body, field] of wrong) {
      const problem = problemOf(await shop.post(path, body), 400, 'invalid-request');
      assert.equal(problem.field, field, `${path} ${JSON.stringify(body)}`);
    }
    problemOf(await shop.get(`/v1/returns/${order}`), 404, 'unknown-return');
    problemOf(await shop.get('/v1/returns?status=LOST'), 400, 'invalid-request');
  });
});

describe("a warehouse's events", () => {
  const send = async (...events: object[]) =>
    (await shop.post('/v1/warehouse/events', { events })).body.results;
  const statuses = (results: { status: number }[]) => results.map(({ status }) => status);

  it('take effect once each, in whichever batch they come', async () => {
    const { id } = await requested(2);
    const received = { id: `r-${id}`, type: 'return.received', return: id, lines: tea(1) };
    const results = await send(received, received, { ...received, id: `s-${id}` });
    assert.deepEqual(statuses(results), [200, 200, 200]);
    assert.deepEqual(
      results.map(({ replayed = false }) => replayed),
      [false, true, false],
    );
    const [again] = await send(received);
    assert.equal(again.replayed, true);
    assert.equal(again.return.lines[0].received, 2);
    const other = await send({ ...received, lines: tea(2) });
    assert.equal(other[0].return.lines[0].received, 2);
  });

  it('that come too early are refused, and may be sent again', async () => {
    const { id } = await requested(2);
    const inspected = {
      ...{ id: `i-${id}`, type: 'return.inspected', return: id },
      lines: judged(2, 'sellable'),
    };
    const received = { id: `r-${id}`, type: 'return.received', return: id, lines: tea(1) };
    const [early] = await send(inspected);
    assert.deepEqual([early.status, early.problem.code], [409, 'return-not-received']);
    const [, half] = await send(received, inspected);
    assert.equal(half.problem.code, 'quantity-exceeds-received');
    const [, done] = await send({ ...received, id: `r2-${id}` }, inspected);
    assert.deepEqual([done.status, done.return.status], [200, 'CLOSED']);
  });

  it('begin the return of an order once', async () => {
    const order = await shipped(1);
    const failed = { id: `d-${order}`, type: 'delivery.refused', order, reference: 'P3' };
    const [first, again] = await send(failed, failed);
    assert.deepEqual([first.status, again.replayed], [201, true]);
    assert.equal(again.return.id, first.return.id);
    const lost = { id: `l-${order}`, type: 'return.lost', return: first.return.id };
    const [ended] = await send(lost);
    assert.deepEqual([ended.return.status, ended.return.lines[0].lost], ['CLOSED', 1]);
  });

  it('stand alone: what is wrong with one spoils no other', async () => {
    const { id } = await requested(1);
    const good = { id: `g-${id}`, type: 'return.received', return: id, lines: tea(1) };
    const results = await send(
      { id: 'a', type: 'return.eaten', return: id },
      { id: 'b', type: 'return.lost', return: id, extra: 1 },
      { type: 'return.lost', return: id },
      { id: 'c', type: 'return.lost', return: id, at: 'noon' },
      { id: 'x'.repeat(129), type: 'return.lost', return: id },
      { id: 'd', type: 'return.lost', return: '0190c3a4-0000-7000-8000-000000000000' },
      null as unknown as object,
      good,
    );
    assert.deepEqual(statuses(results), [400, 400, 400, 400, 400, 404, 400, 200]);
    const fields = results.slice(0, 5).map((one: { problem: { field: string } }) => {
      return one.problem.field;
    });
    assert.deepEqual(fields, ['type', 'extra', 'id', 'at', 'id']);
  });
});
