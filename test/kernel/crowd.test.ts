// Many at once: exactly as many as there are units are served, everyone else is told no by name, and
// the books are right afterwards.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LineCommand } from '../../src/kernel/commands.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused, Shop } from '../support/shop.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';

/** The same numbers for the same seed (mulberry32, Tommy Ettinger, public domain). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function clean({ engine }: Shop): Promise<void> {
  assert.deepEqual((await verify(engine)).problems, []);
}

const ENGINES: Record<string, () => Promise<Shop>> = {
  memory: () => Shop.open(),
  sqlite: () => Shop.open(sqliteKind.open),
};

for (const [name, open] of Object.entries(ENGINES)) {
  describe(`a crowd over the ${name} engine`, () => {
    it('500 buyers for the last 100 units: 100 reservations, 400 refusals', async () => {
      const shop = await (await open()).fill({ tea: 100 });
      const lines = [{ pool: 'tea', quantity: 1 }];
      const answers = await Promise.all(
        Array.from({ length: 500 }, (_, index) =>
          shop.stock.reserve({ lines, buyer: `b${index}` }, { key: `k${index}` }),
        ),
      );
      assert.equal(answers.filter(({ ok }) => ok).length, 100);
      for (const answer of answers) if (!answer.ok) refused(answer, 'insufficient-stock');
      assert.deepEqual(await shop.inside('tea'), { held: 100 });
      await clean(shop);
      await shop.stock.close();
    });

    it('carts of 1 to 50 lines, overlapping in random order', async () => {
      const pools = Array.from({ length: 60 }, (_, index) => `p${index}`);
      const shop = await (await open()).fill(Object.fromEntries(pools.map((pool) => [pool, 40])));
      const next = random(20_261_120);
      const cart = (): LineCommand[] =>
        Array.from({ length: 1 + Math.floor(next() * 50) }, () => ({
          pool: pools[Math.floor(next() * pools.length)]!,
          quantity: 1 + Math.floor(next() * 3),
        }));
      const answers = await Promise.all(
        Array.from({ length: 500 }, () => shop.stock.reserve({ lines: cart() })),
      );
      const held = new Map<string, number>();
      for (const answer of answers) {
        if (!answer.ok) {
          refused(answer, 'insufficient-stock');
          continue;
        }
        for (const { pool, quantity } of answer.value.lines) {
          held.set(pool, (held.get(pool) ?? 0) + quantity);
        }
      }
      for (const pool of pools) {
        const sold = held.get(pool) ?? 0;
        assert.ok(sold <= 40, `${pool} is oversold`);
        const left = 40 - sold;
        const expected = {
          ...(left > 0 ? { available: left } : {}),
          ...(sold > 0 ? { held: sold } : {}),
        };
        assert.deepEqual(await shop.inside(pool), expected);
      }
      await clean(shop);
      await shop.stock.close();
    });

    it('five left and two buyers of three: one of them', async () => {
      const shop = await (await open()).fill({ tea: 5 });
      const lines = [{ pool: 'tea', quantity: 3 }];
      const answers = await Promise.all([
        shop.stock.reserve({ lines }),
        shop.stock.reserve({ lines }),
      ]);
      assert.deepEqual(answers.map(({ ok }) => ok).sort(), [false, true]);
      assert.deepEqual(await shop.inside('tea'), { available: 2, held: 3 });
      await shop.stock.close();
    });

    it('the same order from a hundred impatient clicks: one reservation', async () => {
      const shop = await (await open()).fill({ tea: 1 });
      const lines = [{ pool: 'tea', quantity: 1 }];
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => shop.stock.reserve({ lines }, { key: 'order-7' })),
      );
      const ids = new Set(answers.map((answer) => accepted(answer).id));
      assert.equal(ids.size, 1);
      await shop.stock.close();
    });

    it('buyers come and go while stock comes in and gets lost: no unit is lost', async () => {
      const shop = await (await open()).fill({ tea: 50 });
      const { stock } = shop;
      const next = random(7);
      const visit = async (): Promise<void> => {
        const lines = [{ pool: 'tea', quantity: 1 + Math.floor(next() * 4) }];
        const choice = next();
        const answer = await stock.reserve({ lines });
        if (choice < 0.1) await stock.adjust({ pool: 'tea', quantity: -1 });
        else if (choice < 0.2) await stock.receive({ pool: 'tea', quantity: 1 });
        if (!answer.ok) return;
        const reservation = answer.value.id;
        if (choice < 0.5) accepted(await stock.cancel({ reservation }));
        else if (choice < 0.8) accepted(await stock.confirm({ reservation }));
      };
      await Promise.all(Array.from({ length: 1_000 }, visit));
      const pool = (await stock.pool('tea'))!;
      const inside = pool.available + pool.held + pool.sold;
      assert.equal(inside, -pool.supply - pool['written-off']);
      await clean(shop);
      await shop.stock.close();
    });
  });
}
