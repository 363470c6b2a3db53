// Confirm, in whole and in part, and cancel: where the units are afterwards.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QuantityLine } from '../../src/kernel/commands.ts';
import type { RefusalCode } from '../../src/kernel/refusals.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

const line = (pool: string, quantity: number): QuantityLine => ({ pool, quantity });

interface Row {
  /** What to keep of 3 and 2 `a` on two lines and 2 `b` on a third; all without it. */
  kept?: QuantityLine[];
  /** Sold per line, or the refusal. */
  expected: number[] | RefusalCode;
}

const CONFIRM: Record<string, Row> = {
  all: { expected: [3, 2, 2] },
  'all, named': { kept: [line('a', 5), line('b', 2)], expected: [3, 2, 2] },
  'named line by line': { kept: [line('a', 3), line('a', 2), line('b', 2)], expected: [3, 2, 2] },
  'a part: the first lines are filled first': { kept: [line('a', 4)], expected: [3, 1, 0] },
  'a part of one line': { kept: [line('b', 1)], expected: [0, 0, 1] },
  'none of one item': { kept: [line('a', 0), line('b', 2)], expected: [0, 0, 2] },
  'more than is held': { kept: [line('a', 6)], expected: 'quantity-exceeds-held' },
  'more than is held, on two lines': {
    kept: [line('b', 2), line('b', 1)],
    expected: 'quantity-exceeds-held',
  },
  'an item that is not in it': { kept: [line('c', 1)], expected: 'quantity-exceeds-held' },
  nothing: { kept: [line('a', 0)], expected: 'invalid-request' },
};

async function cart() {
  const shop = await (await Shop.open()).fill({ a: 9, b: 9, c: 9 });
  const lines = [line('a', 3), line('a', 2), line('b', 2)];
  const { id } = accepted(await shop.stock.reserve({ lines }));
  return { shop, reservation: id };
}

describe('confirm', () => {
  for (const [name, { kept, expected }] of Object.entries(CONFIRM)) {
    it(name, async () => {
      const { shop, reservation } = await cart();
      const command = kept === undefined ? { reservation } : { reservation, lines: kept };
      const answer = await shop.stock.confirm(command);
      if (typeof expected === 'string') {
        refused(answer, expected);
        assert.deepEqual(await shop.inside('a'), { available: 4, held: 5 });
        return;
      }
      const { lines, status } = accepted(answer);
      assert.equal(status, 'CONFIRMED');
      assert.deepEqual(
        lines.map(({ confirmed }) => confirmed),
        expected,
      );
      assert.deepEqual(
        lines.map(({ quantity }) => quantity),
        [3, 2, 2],
      );
      const sold = expected[0]! + expected[1]!;
      const there = { available: 9 - sold, ...(sold > 0 ? { sold } : {}) };
      assert.deepEqual(await shop.inside('a'), there);
    });
  }

  it('releases to where the pool is now', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    accepted(await shop.stock.putPool({ pool: 'sale', product: 'tea', home: 'tea' }));
    accepted(await shop.stock.receive({ pool: 'sale', quantity: 3 }));
    const reservation = await shop.hold('sale', 3);
    await shop.closePool('sale', 'tea');
    accepted(await shop.stock.confirm({ reservation, lines: [line('sale', 1)] }));
    assert.deepEqual(await shop.inside('sale'), { sold: 1 });
    assert.deepEqual(await shop.inside('tea'), { available: 3 });
  });

  it('of another version than the one seen is refused', async () => {
    const { shop, reservation } = await cart();
    accepted(await shop.stock.extend({ reservation, holdForMs: 3_600_000 }));
    const stale = await shop.stock.confirm({ reservation }, { ifMatch: 1 });
    assert.equal(refused(stale, 'stale-version').details.found, 2);
    accepted(await shop.stock.confirm({ reservation }, { ifMatch: 2 }));
  });
});

describe('cancel', () => {
  it('gives everything back at once', async () => {
    const { shop, reservation } = await cart();
    assert.equal(accepted(await shop.stock.cancel({ reservation })).status, 'CANCELLED');
    assert.deepEqual(await shop.inside('a'), { available: 9 });
    assert.deepEqual(await shop.inside('b'), { available: 9 });
  });

  it('still shows what it had held', async () => {
    const { shop, reservation } = await cart();
    const { lines, expiresAtMs } = accepted(await shop.stock.cancel({ reservation }));
    assert.deepEqual(lines, [line('a', 3), line('a', 2), line('b', 2)]);
    assert.equal(expiresAtMs, undefined);
  });

  it('gives back once, also when called ten times at the same moment', async () => {
    const { shop, reservation } = await cart();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop.stock.cancel({ reservation })),
    );
    assert.equal(answers.filter(({ ok }) => ok).length, 1);
    for (const answer of answers) if (!answer.ok) refused(answer, 'already-cancelled');
    assert.deepEqual(await shop.inside('a'), { available: 9 });
  });

  it('ten times under one key: ten times the same success', async () => {
    const { shop, reservation } = await cart();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop.stock.cancel({ reservation }, { key: 'k' })),
    );
    assert.equal(answers.filter((answer) => answer.ok && !answer.repeated).length, 1);
    assert.equal(answers.filter((answer) => answer.ok && answer.repeated).length, 9);
    assert.deepEqual(await shop.inside('a'), { available: 9 });
  });
});
