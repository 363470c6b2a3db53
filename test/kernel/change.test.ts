// Change: the cart becomes what is named, in one step; nothing of it is up for grabs in between.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QuantityLine } from '../../src/kernel/commands.ts';
import type { RefusalCode } from '../../src/kernel/refusals.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

const line = (pool: string, quantity: number): QuantityLine => ({ pool, quantity });

interface Row {
  /** From 3 `a` and 2 `b`, of 5 each. */
  to: QuantityLine[];
  /** What is available of `a`, `b` and `c` afterwards, or the refusal. */
  expected: [number, number, number] | RefusalCode;
}

const TABLE: Record<string, Row> = {
  'the same': { to: [line('a', 3), line('b', 2)], expected: [2, 3, 5] },
  'more of one': { to: [line('a', 5), line('b', 2)], expected: [0, 3, 5] },
  'fewer of one': { to: [line('a', 1), line('b', 2)], expected: [4, 3, 5] },
  'one left out': { to: [line('b', 2)], expected: [5, 3, 5] },
  'one more item': { to: [line('a', 3), line('b', 2), line('c', 1)], expected: [2, 3, 4] },
  'another order': { to: [line('b', 2), line('a', 3)], expected: [2, 3, 5] },
  'all else': { to: [line('c', 5)], expected: [5, 5, 0] },
  'one item on two lines': { to: [line('a', 3), line('a', 2)], expected: [0, 5, 5] },
  'more than there is': { to: [line('a', 6)], expected: 'insufficient-stock' },
  'more than there is, on two lines': {
    to: [line('a', 3), line('a', 3)],
    expected: 'insufficient-stock',
  },
  'an item that is not': { to: [line('a', 3), line('none', 1)], expected: 'unknown-pool' },
};

describe('change', () => {
  for (const [name, { to, expected }] of Object.entries(TABLE)) {
    it(name, async () => {
      const shop = await (await Shop.open()).fill({ a: 5, b: 5, c: 5 });
      const { stock } = shop;
      const lines = [line('a', 3), line('b', 2)];
      const made = accepted(await stock.reserve({ lines, holdForMs: 60_000 }));
      shop.time.passMs(1_000);
      const answer = await stock.change({ reservation: made.id, lines: to });
      const available = [];
      for (const pool of ['a', 'b', 'c']) available.push((await stock.pool(pool))!.available);
      if (typeof expected === 'string') {
        refused(answer, expected);
        assert.deepEqual(available, [2, 3, 5]);
        return;
      }
      const changed = accepted(answer);
      assert.deepEqual(changed.lines, to);
      assert.equal(changed.expiresAtMs, made.expiresAtMs);
      assert.deepEqual(available, expected);
      accepted(await stock.confirm({ reservation: made.id }));
      const sold = to
        .filter(({ pool }) => pool === 'a')
        .reduce((sum, { quantity }) => sum + quantity, 0);
      assert.equal((await stock.pool('a'))!.sold, sold);
    });
  }

  it('of the last units: no other buyer gets in between', async () => {
    const shop = await (await Shop.open()).fill({ a: 3, b: 1 });
    const { stock } = shop;
    const reservation = await shop.hold('a', 3);
    const [changed, ...others] = await Promise.all([
      stock.change({ reservation, lines: [line('a', 3), line('b', 1)] }),
      ...Array.from({ length: 5 }, () => stock.reserve({ lines: [line('a', 1)] })),
    ]);
    accepted(changed!);
    for (const other of others) refused(other, 'insufficient-stock');
  });

  it('lets go of units of a closed pool, and takes none of it', async () => {
    const shop = await (await Shop.open()).fill({ tea: 0 });
    accepted(await shop.stock.putPool({ pool: 'sale', product: 'tea', home: 'tea' }));
    accepted(await shop.stock.receive({ pool: 'sale', quantity: 5 }));
    const reservation = await shop.hold('sale', 3);
    await shop.closePool('sale', 'tea');
    refused(await shop.stock.change({ reservation, lines: [line('sale', 4)] }), 'pool-closed');
    accepted(await shop.stock.change({ reservation, lines: [line('sale', 1)] }));
    assert.deepEqual(await shop.inside('tea'), { available: 2 });
    assert.deepEqual(await shop.inside('sale'), { available: 2, held: 1 });
  });

  it('twice at the same moment: the last one holds, nothing is lost', async () => {
    const shop = await (await Shop.open()).fill({ a: 9 });
    const reservation = await shop.hold('a', 3);
    const answers = await Promise.all(
      [1, 5, 2].map((quantity) => shop.stock.change({ reservation, lines: [line('a', quantity)] })),
    );
    for (const answer of answers) accepted(answer);
    const { lines, version } = (await shop.stock.reservation(reservation))!;
    assert.equal(version, 4);
    assert.deepEqual(await shop.inside('a'), {
      available: 9 - lines[0]!.quantity,
      held: lines[0]!.quantity,
    });
  });
});
