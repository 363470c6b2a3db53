// The same command under one key takes effect once, for every verb; another command under it does
// not, and a refusal does not use the key up.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Refused } from '../../src/kernel/refusals.ts';
import type { Answer, CallOptions } from '../../src/stock.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

type Call = (shop: Shop, id: string, options: CallOptions) => Promise<Answer<unknown> | Refused>;

const lines = [{ pool: 'tea', quantity: 1 }];

const VERBS: Record<string, { call: Call; sold?: true }> = {
  putPool: { call: ({ stock }, _, options) => stock.putPool({ pool: 'new' }, options) },
  receive: {
    call: ({ stock }, _, options) => stock.receive({ pool: 'tea', quantity: 1 }, options),
  },
  adjust: { call: ({ stock }, _, options) => stock.adjust({ pool: 'tea', quantity: -1 }, options) },
  transfer: {
    call: ({ stock }, _, options) =>
      stock.transfer({ from: 'tea', to: 'tea-2', quantity: 1 }, options),
  },
  putLimit: {
    call: ({ stock }, _, options) =>
      stock.putLimit({ limit: 'l', per: 'buyer', scope: 'all', quantityMax: 9 }, options),
  },
  reserve: { call: ({ stock }, _, options) => stock.reserve({ lines }, options) },
  confirm: { call: ({ stock }, reservation, options) => stock.confirm({ reservation }, options) },
  cancel: { call: ({ stock }, reservation, options) => stock.cancel({ reservation }, options) },
  extend: {
    call: ({ stock }, reservation, options) =>
      stock.extend({ reservation, holdForMs: 90_000 }, options),
  },
  change: {
    call: ({ stock }, reservation, options) => stock.change({ reservation, lines }, options),
  },
  return: {
    call: ({ stock }, reservation, options) => stock.return({ reservation, lines }, options),
    sold: true,
  },
};

async function given(sold = false) {
  const shop = await (await Shop.open()).fill({ tea: 9 });
  accepted(await shop.stock.putPool({ pool: 'tea-2', product: 'tea' }));
  return { shop, id: sold ? await shop.sell('tea', 2) : await shop.hold('tea', 2) };
}

describe('idempotency', () => {
  for (const [verb, { call, sold }] of Object.entries(VERBS)) {
    it(`${verb}: sent twice, takes effect once`, async () => {
      const { shop, id } = await given(sold);
      const first = await call(shop, id, { key: 'k' });
      accepted(first);
      const { position } = shop.engine.health();
      const second = await call(shop, id, { key: 'k' });
      assert.ok(first.ok && second.ok);
      assert.deepEqual(second, { ...first, repeated: true });
      assert.equal(shop.engine.health().position, position);
    });

    it(`${verb}: sent twice at the same moment, takes effect once`, async () => {
      const { shop, id } = await given(sold);
      const answers = await Promise.all([
        call(shop, id, { key: 'k' }),
        call(shop, id, { key: 'k' }),
        call(shop, id, { key: 'k' }),
      ]);
      for (const answer of answers) accepted(answer);
      const repeats = answers.map((answer) => answer.ok && answer.repeated);
      assert.equal(repeats.filter(Boolean).length, 2);
    });

    it(`${verb}: another command under the key`, async () => {
      const { shop, id } = await given(sold);
      accepted(await shop.stock.receive({ pool: 'tea', quantity: 7 }, { key: 'k' }));
      refused(await call(shop, id, { key: 'k' }), 'key-reused');
    });
  }

  it('a retry of the last unit’s success is a success, though the stock is now zero', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    const first = await shop.stock.reserve({ lines }, { key: 'k' });
    refused(await shop.stock.reserve({ lines }, { key: 'other' }), 'insufficient-stock');
    const again = await shop.stock.reserve({ lines }, { key: 'k' });
    assert.deepEqual(accepted(again), accepted(first));
  });

  it('a retry of a confirm after the time is over is a success', async () => {
    const { shop, id: reservation } = await given();
    accepted(await shop.stock.confirm({ reservation }, { key: 'k' }));
    shop.time.passMs(3_600_000);
    const again = await shop.stock.confirm({ reservation }, { key: 'k' });
    assert.equal(accepted(again).status, 'CONFIRMED');
  });

  it('a refusal is not remembered: the same command may succeed later', async () => {
    const shop = await (await Shop.open()).fill({ tea: 0 });
    refused(await shop.stock.reserve({ lines }, { key: 'k' }), 'insufficient-stock');
    accepted(await shop.stock.receive({ pool: 'tea', quantity: 1 }));
    const answer = await shop.stock.reserve({ lines }, { key: 'k' });
    assert.ok(answer.ok && !answer.repeated);
  });

  it('the order of the fields does not make another command', async () => {
    const { shop } = await given();
    const metadata = { a: 1, b: { c: 2, d: 3 } };
    const turned = { b: { d: 3, c: 2 }, a: 1 };
    accepted(await shop.stock.reserve({ lines, buyer: 'ann', metadata }, { key: 'k' }));
    const again = await shop.stock.reserve({ metadata: turned, buyer: 'ann', lines }, { key: 'k' });
    assert.ok(again.ok && again.repeated);
  });

  it('anything else does', async () => {
    const { shop } = await given();
    const command = { lines, buyer: 'ann', holdForMs: 1_000 };
    accepted(await shop.stock.reserve(command, { key: 'k' }));
    const others = [
      { ...command, holdForMs: 1_001 },
      { ...command, buyer: 'bob' },
      { ...command, reference: 'o' },
      { ...command, lines: [...lines, ...lines] },
      { ...command, lines: [{ pool: 'tea', quantity: 1, quantityMin: 1 }] },
    ];
    for (const other of others)
      refused(await shop.stock.reserve(other, { key: 'k' }), 'key-reused');
  });

  it('keys of two principals do not meet', async () => {
    const { shop } = await given();
    const first = await shop.stock.reserve({ lines }, { key: 'k', principal: 'a' });
    const second = await shop.stock.reserve({ lines }, { key: 'k', principal: 'b' });
    assert.notEqual(accepted(first).id, accepted(second).id);
  });

  it('without a key each is a command of its own', async () => {
    const { shop } = await given();
    const first = accepted(await shop.stock.reserve({ lines }));
    assert.notEqual(accepted(await shop.stock.reserve({ lines })).id, first.id);
  });
});
