// Cancel, confirm and expire race each other ten thousand times: one of them wins each time, the
// others are told who did, and the units are where the winner put them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { verify } from '../../src/verify/verify.ts';
import { accepted, Shop } from '../support/shop.ts';

const ROUNDS = 10_000;
const AT_ONCE = 100;
const HOLD_MS = 1_000;

/** So that every order of the three comes first sometimes. */
const ORDERS = [
  ['confirm', 'cancel', 'sweep'],
  ['cancel', 'confirm', 'sweep'],
  ['sweep', 'confirm', 'cancel'],
  ['confirm', 'sweep', 'cancel'],
] as const;

describe('a race', () => {
  it(`of confirm, cancel and expire, ${ROUNDS} times`, async () => {
    const shop = await (await Shop.open()).fill({ tea: ROUNDS });
    const { stock, time } = shop;
    const won = { CONFIRMED: 0, CANCELLED: 0, EXPIRED: 0 };
    for (let round = 0; round < ROUNDS; round += AT_ONCE) {
      const ids = await Promise.all(
        Array.from({ length: AT_ONCE }, () => shop.hold('tea', 1, HOLD_MS)),
      );
      // A third of the rounds race at the deadline, the others before it.
      time.passMs((round / AT_ONCE) % 3 === 0 ? HOLD_MS : HOLD_MS - 1);
      const order = ORDERS[(round / AT_ONCE) % ORDERS.length]!;
      const answers = await Promise.all(
        ids.map((reservation) =>
          Promise.all(
            order.map((verb) => (verb === 'sweep' ? stock.sweep() : stock[verb]({ reservation }))),
          ),
        ),
      );
      for (const [index, results] of answers.entries()) {
        const { status } = (await stock.reservation(ids[index]!))!;
        assert.ok(status in won, status);
        won[status as keyof typeof won] += 1;
        const winners = results.filter((each) => typeof each === 'object' && each.ok).length;
        assert.equal(winners, status === 'EXPIRED' ? 0 : 1);
        for (const each of results) {
          if (typeof each === 'number' || each.ok) continue;
          assert.equal(each.code, `already-${status.toLowerCase()}`);
        }
      }
      time.passMs(1);
    }
    assert.equal(won.CONFIRMED + won.CANCELLED + won.EXPIRED, ROUNDS);
    for (const count of Object.values(won)) assert.ok(count > ROUNDS / 10, JSON.stringify(won));
    const sold = won.CONFIRMED;
    assert.deepEqual(await shop.inside('tea'), { available: ROUNDS - sold, sold });
    const { problems } = await verify(shop.engine);
    assert.deepEqual(problems, []);
  });

  it('of two confirms for one reservation: the second is told that the first did it', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    const reservation = await shop.hold('tea', 1);
    const answers = await Promise.all([
      shop.stock.confirm({ reservation }),
      shop.stock.confirm({ reservation }),
    ]);
    assert.deepEqual(
      answers.map((answer) => (answer.ok ? 'ok' : answer.code)),
      ['ok', 'already-confirmed'],
    );
  });

  it('of a buyer for a unit that is just being let go: he gets it or is told no', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    for (let round = 0; round < 200; round += 1) {
      const reservation = await shop.hold('tea', 1);
      const lines = [{ pool: 'tea', quantity: 1 }];
      const [, bought] = await Promise.all([
        shop.stock.cancel({ reservation }),
        shop.stock.reserve({ lines }),
      ]);
      if (bought!.ok) accepted(await shop.stock.cancel({ reservation: bought!.value.id }));
      assert.deepEqual(await shop.inside('tea'), { available: 1 });
    }
  });
});
