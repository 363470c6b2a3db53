// Return: sold units come back, at most as many as were sold and have not come back yet.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accepted, refused, Shop } from '../support/shop.ts';

const back = (pool: string, quantity: number) => [{ pool, quantity }];

async function soldThree() {
  const shop = await (await Shop.open()).fill({ tea: 5 });
  return { shop, reservation: await shop.sell('tea', 3) };
}

describe('return', () => {
  it('in parts, down to none', async () => {
    const { shop, reservation } = await soldThree();
    const { stock } = shop;
    const first = accepted(await stock.return({ reservation, lines: back('tea', 2) }));
    assert.deepEqual(first.lines, [{ pool: 'tea', quantity: 3, confirmed: 3, returned: 2 }]);
    assert.deepEqual(await shop.inside('tea'), { available: 4, sold: 1 });
    refused(await stock.return({ reservation, lines: back('tea', 2) }), 'quantity-exceeds-sold');
    accepted(await stock.return({ reservation, lines: back('tea', 1) }));
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
    refused(await stock.return({ reservation, lines: back('tea', 1) }), 'quantity-exceeds-sold');
  });

  it('of another item', async () => {
    const { shop, reservation } = await soldThree();
    const answer = await shop.stock.return({ reservation, lines: back('cup', 1) });
    assert.deepEqual(refused(answer, 'quantity-exceeds-sold').details, { pool: 'cup', excess: 1 });
  });

  it('of what was confirmed in part', async () => {
    const shop = await (await Shop.open()).fill({ tea: 5 });
    const reservation = await shop.hold('tea', 3);
    accepted(await shop.stock.confirm({ reservation, lines: back('tea', 1) }));
    refused(
      await shop.stock.return({ reservation, lines: back('tea', 2) }),
      'quantity-exceeds-sold',
    );
    accepted(await shop.stock.return({ reservation, lines: back('tea', 1) }));
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
  });

  it('ten times at the same moment: each unit comes back once', async () => {
    const { shop, reservation } = await soldThree();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop.stock.return({ reservation, lines: back('tea', 1) })),
    );
    assert.equal(answers.filter(({ ok }) => ok).length, 3);
    for (const answer of answers) if (!answer.ok) refused(answer, 'quantity-exceeds-sold');
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
  });

  it('goes home from a pool that has closed', async () => {
    const shop = await (await Shop.open()).fill({ tea: 0 });
    accepted(await shop.stock.putPool({ pool: 'sale', product: 'tea', home: 'tea' }));
    accepted(await shop.stock.receive({ pool: 'sale', quantity: 1 }));
    const reservation = await shop.sell('sale', 1);
    await shop.closePool('sale', 'tea');
    accepted(await shop.stock.return({ reservation, lines: back('sale', 1) }));
    assert.deepEqual(await shop.inside('tea'), { available: 1 });
  });
});
