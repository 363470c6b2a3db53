// Extend: more time from now, never less, and never past the cap that the reservation was made with.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accepted, refused, Shop } from '../support/shop.ts';

const MINUTE_MS = 60_000;

interface Row {
  holdForMs?: number;
  holdCapMs?: number;
  /** Each after so many minutes, for so many minutes; where the deadline is then, or the refusal. */
  extensions: [afterMinutes: number, forMinutes: number, expected: number | 'extension-cap'][];
}

const TABLE: Record<string, Row> = {
  'from now': { holdForMs: 10 * MINUTE_MS, extensions: [[5, 10, 15]] },
  'never to an earlier time': { holdForMs: 10 * MINUTE_MS, extensions: [[1, 2, 10]] },
  'again and again, to an hour unless told otherwise': {
    holdForMs: 20 * MINUTE_MS,
    extensions: [
      [10, 20, 30],
      [15, 30, 55],
      [20, 30, 60],
      [10, 30, 'extension-cap'],
    ],
  },
  'to the cap that was told': {
    holdForMs: 10 * MINUTE_MS,
    holdCapMs: 12 * MINUTE_MS,
    extensions: [
      [5, 10, 12],
      [1, 1, 'extension-cap'],
    ],
  },
  'a hold longer than an hour is its own cap': {
    holdForMs: 90 * MINUTE_MS,
    extensions: [[1, 120, 'extension-cap']],
  },
};

async function run({ holdForMs, holdCapMs, extensions }: Row): Promise<void> {
  const shop = await (await Shop.open()).fill({ tea: 5 });
  const { stock, time } = shop;
  const startMs = time.wallMs();
  const hold = holdForMs === undefined ? {} : { holdForMs };
  const cap = holdCapMs === undefined ? {} : { holdCapMs };
  const lines = [{ pool: 'tea', quantity: 2 }];
  const { id: reservation } = accepted(await stock.reserve({ lines, ...hold, ...cap }));
  for (const [afterMinutes, forMinutes, expected] of extensions) {
    time.passMs(afterMinutes * MINUTE_MS);
    const answer = await stock.extend({ reservation, holdForMs: forMinutes * MINUTE_MS });
    if (expected === 'extension-cap') refused(answer, expected);
    else assert.equal(accepted(answer).expiresAtMs, startMs + expected * MINUTE_MS);
    assert.deepEqual(await shop.inside('tea'), { available: 3, held: 2 });
  }
}

describe('extend', () => {
  for (const [name, row] of Object.entries(TABLE)) it(name, () => run(row));

  it('a cap shorter than the hold that nobody stated', async () => {
    const shop = await (await Shop.open()).fill({ tea: 5 });
    const lines = [{ pool: 'tea', quantity: 1 }];
    const answer = await shop.stock.reserve({ lines, holdCapMs: MINUTE_MS });
    if (answer.ok) assert.ok(answer.value.expiresAtMs! <= shop.time.wallMs() + MINUTE_MS);
    else refused(answer, 'invalid-request');
  });

  it('one moment before the deadline holds, at the deadline it is over', async () => {
    const shop = await (await Shop.open()).fill({ tea: 5 });
    const [first, second] = [await shop.hold('tea', 1), await shop.hold('tea', 1)];
    shop.time.passMs(59_999);
    accepted(await shop.stock.extend({ reservation: first, holdForMs: 60_000 }));
    shop.time.passMs(1);
    const late = await shop.stock.extend({ reservation: second, holdForMs: 60_000 });
    refused(late, 'already-expired');
    assert.deepEqual(await shop.inside('tea'), { available: 4, held: 1 });
  });
});
