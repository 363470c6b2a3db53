// Purchase limits per order and per buyer: what counts, what is given back, and that nobody gets past
// them. Periods and windows have files of their own.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LineCommand, PutLimitCommand } from '../../src/kernel/commands.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

async function limited(limit: Omit<PutLimitCommand, 'limit'>, more: Record<string, number> = {}) {
  const shop = await (await Shop.open()).fill({ tea: 100, cup: 100, ...more });
  accepted(await shop.stock.putLimit({ limit: 'two', ...limit }));
  return shop;
}

const perBuyer = { per: 'buyer' as const, scope: 'all' as const, quantityMax: 2 };

const buy = (shop: Shop, quantity: number, buyer = 'ann', pool = 'tea') =>
  shop.stock.reserve({ lines: [{ pool, quantity }], buyer, holdForMs: 60_000 });

describe('a limit per order', () => {
  const perOrder = { per: 'order' as const, scope: { pools: ['tea'] }, quantityMax: 2 };
  const order = (shop: Shop, lines: LineCommand[]) => shop.stock.reserve({ lines });

  it('counts the lines that it covers together', async () => {
    const shop = await limited(perOrder);
    const one = { pool: 'tea', quantity: 1 };
    accepted(await order(shop, [one, one, { pool: 'cup', quantity: 9 }]));
    refused(await order(shop, [one, one, one]), 'limit-exceeded');
    accepted(await order(shop, [one, one]));
  });

  it('cuts lines that may be partial', async () => {
    const shop = await limited(perOrder);
    const lines = [
      { pool: 'tea', quantity: 5, quantityMin: 1 },
      { pool: 'cup', quantity: 5, quantityMin: 1 },
    ];
    const { lines: granted } = accepted(await order(shop, lines));
    assert.deepEqual(
      granted.map(({ quantity }) => quantity),
      [2, 5],
    );
  });

  it('says what was asked for where it cut', async () => {
    const shop = await limited(perOrder);
    const lines = [{ pool: 'tea', quantity: 5, quantityMin: 1 }];
    assert.equal(accepted(await order(shop, lines)).lines[0]?.asked, 5);
  });

  it('gives what one line cannot have to the next', async () => {
    const scope = { pools: ['none-left', 'tea'] };
    const shop = await limited({ ...perOrder, scope }, { 'none-left': 0 });
    const lines = [
      { pool: 'none-left', quantity: 2, quantityMin: 0 },
      { pool: 'tea', quantity: 2, quantityMin: 0 },
    ];
    assert.equal(accepted(await order(shop, lines)).lines[1]?.quantity, 2);
  });

  it('holds for a changed cart as well', async () => {
    const shop = await limited(perOrder);
    const reservation = await shop.hold('tea', 1);
    const change = (quantity: number) =>
      shop.stock.change({ reservation, lines: [{ pool: 'tea', quantity }] });
    refused(await change(3), 'limit-exceeded');
    accepted(await change(2));
  });
});

describe('a limit per buyer', () => {
  it('counts over all orders, each buyer alone', async () => {
    const shop = await limited(perBuyer);
    accepted(await buy(shop, 1));
    accepted(await buy(shop, 1, 'ann', 'cup'));
    const { details } = refused(await buy(shop, 1), 'limit-exceeded');
    assert.deepEqual(details, { limit: 'two', remaining: 0 });
    accepted(await buy(shop, 2, 'bob'));
  });

  it('needs to know who buys', async () => {
    const shop = await limited(perBuyer);
    refused(await shop.stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }] }), 'buyer-required');
  });

  it('takes no stock when it refuses, and counts nothing when stock refuses', async () => {
    const shop = await limited(perBuyer, { few: 1 });
    refused(await buy(shop, 3), 'limit-exceeded');
    assert.deepEqual(await shop.inside('tea'), { available: 100 });
    refused(await buy(shop, 2, 'ann', 'few'), 'insufficient-stock');
    accepted(await buy(shop, 2));
  });

  it('grants up to what is left of it', async () => {
    const shop = await limited(perBuyer);
    accepted(await buy(shop, 1));
    const lines = [{ pool: 'tea', quantity: 5, quantityMin: 1 }];
    assert.equal(accepted(await shop.stock.reserve({ lines, buyer: 'ann' })).lines[0]?.quantity, 1);
  });

  it('covers pools, products or all', async () => {
    const shop = await limited({ ...perBuyer, scope: { pools: ['cup'] } });
    accepted(await shop.stock.putPool({ pool: 'tea-north', product: 'tea' }));
    accepted(await shop.stock.receive({ pool: 'tea-north', quantity: 9 }));
    accepted(await buy(shop, 3));
    const byProduct = { ...perBuyer, limit: 'tea', scope: { products: ['tea'] } };
    accepted(await shop.stock.putLimit(byProduct));
    accepted(await buy(shop, 1));
    accepted(await buy(shop, 1, 'ann', 'tea-north'));
    refused(await buy(shop, 1, 'ann', 'tea-north'), 'limit-exceeded');
    accepted(await buy(shop, 2, 'ann', 'cup'));
  });

  it('two limits on one line: both hold, the tighter one refuses', async () => {
    const shop = await limited({ ...perBuyer, quantityMax: 5 });
    accepted(await shop.stock.putLimit({ ...perBuyer, limit: 'tighter', quantityMax: 1 }));
    assert.equal(refused(await buy(shop, 2), 'limit-exceeded').details.limit, 'tighter');
    accepted(await buy(shop, 1));
  });

  it('gives back what is cancelled, and what a partial confirm lets go', async () => {
    const shop = await limited(perBuyer);
    const { id } = accepted(await buy(shop, 2));
    accepted(await shop.stock.cancel({ reservation: id }));
    const again = accepted(await buy(shop, 2)).id;
    accepted(
      await shop.stock.confirm({ reservation: again, lines: [{ pool: 'tea', quantity: 1 }] }),
    );
    accepted(await buy(shop, 1));
    refused(await buy(shop, 1), 'limit-exceeded');
  });

  it('counts only the difference of a change', async () => {
    const shop = await limited(perBuyer);
    const { id: reservation } = accepted(await buy(shop, 2));
    const change = (lines: LineCommand[]) => shop.stock.change({ reservation, lines });
    accepted(await change([{ pool: 'cup', quantity: 2 }]));
    refused(await change([{ pool: 'cup', quantity: 3 }]), 'limit-exceeded');
    accepted(await change([{ pool: 'cup', quantity: 1 }]));
    accepted(await buy(shop, 1));
    refused(await buy(shop, 1), 'limit-exceeded');
  });

  for (const returnsGiveBack of [true, false]) {
    it(`a returned unit ${returnsGiveBack ? 'may be bought again' : 'stays bought'}`, async () => {
      const shop = await limited({ ...perBuyer, returnsGiveBack });
      const reservation = await shop.sell('tea', 2, 'ann');
      accepted(await shop.stock.return({ reservation, lines: [{ pool: 'tea', quantity: 1 }] }));
      const answer = await buy(shop, 1);
      if (returnsGiveBack) accepted(answer);
      else refused(answer, 'limit-exceeded');
      refused(await buy(shop, 2), 'limit-exceeded');
    });
  }

  it('a lower ceiling: what was bought stays, no more until enough is given back', async () => {
    const shop = await limited({ ...perBuyer, quantityMax: 3 });
    const first = accepted(await buy(shop, 2)).id;
    accepted(await buy(shop, 1));
    accepted(await shop.stock.putLimit({ ...perBuyer, limit: 'two', quantityMax: 2 }));
    refused(await buy(shop, 1), 'limit-exceeded');
    accepted(await shop.stock.cancel({ reservation: first }));
    accepted(await buy(shop, 1));
    refused(await buy(shop, 1), 'limit-exceeded');
  });

  it('is not changed by what the caller does to its own list', async () => {
    const pools = ['tea'];
    const shop = await limited({ ...perBuyer, scope: { pools } });
    pools.push('cup');
    accepted(await buy(shop, 9, 'ann', 'cup'));
    const [rule] = (await shop.engine.find({ kind: 'limit', limit: 1 })).documents;
    assert.deepEqual(rule?.data.scope, { pools: ['tea'] });
  });

  it('a limit made between two purchases counts from then on', async () => {
    const shop = await (await Shop.open()).fill({ tea: 9 });
    accepted(await buy(shop, 5));
    accepted(await shop.stock.putLimit({ ...perBuyer, limit: 'two' }));
    accepted(await buy(shop, 2));
    refused(await buy(shop, 1), 'limit-exceeded');
  });

  it('is not passed by asking a hundred times at the same moment', async () => {
    const shop = await limited(perBuyer);
    const answers = await Promise.all(Array.from({ length: 100 }, () => buy(shop, 1)));
    assert.equal(answers.filter(({ ok }) => ok).length, 2);
    for (const answer of answers) if (!answer.ok) refused(answer, 'limit-exceeded');
  });

  it('the names of buyers do not run together', async () => {
    const shop = await limited(perBuyer);
    for (const buyer of ['a', 'a!b', 'a/b', 'a%2Fb', '!', 'ann ', 'Ann', '数', '__proto__']) {
      accepted(await buy(shop, 2, buyer));
      refused(await buy(shop, 1, buyer), 'limit-exceeded');
    }
  });
});
