// Addresses that are asked for again and again are remembered, each as what it is; names that are made up fill no memory.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { AGAIN_MAX, DirectRoutes } from '../../src/http/direct/direct-routes.ts';

test('an address is found as often as it is asked for, whatever was asked for in between', () => {
  const app = Fastify();
  const routes = new DirectRoutes(app);
  const answer = () => {};
  app.post(
    '/v1/sales/:sale/checkout',
    { schema: {}, config: { direct: { answer, fewNames: true } } },
    answer,
  );
  app.post('/v1/orders/:order/cancel', { schema: {}, config: { direct: { answer } } }, answer);
  const nameOf = (address: string) => routes.find(address)?.params;
  for (let count = 0; count < 2 * AGAIN_MAX + 10; count += 1) {
    assert.deepEqual(nameOf(`POST /v1/sales/made-${count}/checkout`), { sale: `made-${count}` });
    assert.deepEqual(nameOf('POST /v1/sales/tea/checkout'), { sale: 'tea' });
    assert.deepEqual(nameOf('POST /v1/sales/cup/checkout'), { sale: 'cup' });
    assert.ok(routes.remembered <= AGAIN_MAX);
  }
  assert.deepEqual(nameOf('POST /v1/orders/o-1/cancel'), { order: 'o-1' });
  assert.equal(nameOf('POST /v1/sales/a%20b/checkout'), undefined);
  assert.equal(nameOf('GET /v1/sales/tea/checkout'), undefined);
});
