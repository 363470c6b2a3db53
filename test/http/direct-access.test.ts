// Who gets in on the direct way: every route of it, with every kind of key that must not open it. That
// clients of the other tests mostly ask on the framework's way is why this has a file of its own.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type KeyedShop, openKeyedShop } from './keyed-shop.ts';
import { ask, request, TEA } from './raw-exchange.ts';

let keyed: KeyedShop;
before(async () => {
  keyed = await openKeyedShop();
});
after(() => keyed.close());

const ID = '0190c3a4-0000-7000-8000-000000000000';
const LINES = '{"lines":[{"pool":"tea","quantity":1}]}';
const BODIES: Record<string, string> = {
  '/v1/reservations': TEA,
  [`/v1/reservations/${ID}/confirm`]: '',
  [`/v1/reservations/${ID}/cancel`]: '{}',
  [`/v1/reservations/${ID}/extend`]: '{"holdFor":"5m"}',
  [`/v1/reservations/${ID}/change`]: LINES,
  [`/v1/reservations/${ID}/return`]: LINES,
};

for (const [path, body] of Object.entries(BODIES)) {
  test(`nobody without the right key: POST ${path}`, async () => {
    const port = Number(new URL(keyed.shop.url).port);
    const { tokens, revoked } = keyed;
    const needed = path.endsWith('/return') ? 'operator' : 'seller';
    const below = path.endsWith('/return') ? tokens.seller : tokens.viewer;
    const tries: [authorization: string | undefined, status: number, code: string][] = [
      [undefined, 401, 'no-api-key'],
      [`Basic ${tokens.admin}`, 401, 'no-api-key'],
      [`Bearer ${tokens.admin.slice(0, -4)}AAAA`, 401, 'unknown-api-key'],
      [`Bearer ${revoked}`, 401, 'revoked-api-key'],
      [`Bearer ${below}`, 403, 'role-too-low'],
      // There is no tea, and no such reservation.
      [`Bearer ${tokens[needed]}`, 404, path.includes(ID) ? 'unknown-reservation' : 'unknown-pool'],
    ];
    for (const [authorization, status, code] of tries) {
      const head = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
      const answer = await ask(port, request({ address: `POST ${path}`, body, head }));
      assert.deepEqual([answer.status, answer.body.code], [status, code], authorization);
      assert.ok(answer.isDirect);
      const challenge = answer.headers['www-authenticate'];
      assert.equal(challenge?.startsWith('Bearer') === true, status !== 404);
    }
  });
}
