// Buyers for the last unit of several pools, each in a slot of its own, and for the buyers' limits in others: one
// gets it, nobody gets what is not there, and never is everybody told that it is sold out.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SYSTEM_TIME } from '../../../src/engines/clock.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { memorySlots } from '../../support/memory-slots-kind.ts';
import { redisMissing } from '../../support/redis.ts';
import { slotsKindOf } from '../../support/redis-slots-kind.ts';

const POOLS = ['tea', 'coffee', 'cup', 'spoon'];
const BUYERS = 8;

const opened: Record<string, () => Promise<Engine>> = {
  'in memory': async () => memorySlots(5, SYSTEM_TIME),
  'in redis': () => slotsKindOf(3).open(SYSTEM_TIME as never),
};

/** What came of a purchase: bought, sold out, or to be tried again. */
async function buy(stock: Stock, buyer: string, pools: readonly string[]): Promise<string> {
  const lines = pools.map((pool) => ({ pool, quantity: 1 }));
  try {
    const answer = await stock.reserve({ lines, buyer });
    return answer.ok ? 'bought' : answer.code;
  } catch (error) {
    assert.ok(error instanceof HoldfastError && error.code === 'contended', String(error));
    return 'contended';
  }
}

for (const [where, open] of Object.entries(opened)) {
  const missing = where === 'in redis' ? redisMissing() : undefined;
  describe(`the last unit over slots ${where}`, { skip: missing ?? false }, () => {
    test('is bought once, and refused to nobody before it is', async () => {
      const stock = await Stock.open(await open());
      for (const pool of POOLS) await stock.putPool({ pool });
      const rule = { limit: 'two', per: 'buyer', scope: 'all', quantityMax: 1_000 } as const;
      assert.ok((await stock.putLimit(rule)).ok);
      for (let round = 0; round < 12; round += 1) {
        for (const pool of POOLS) await stock.receive({ pool, quantity: 1 });
        // Each takes two pools, and the next one the same two the other way round.
        const asked = Array.from({ length: BUYERS }, (_, at) => {
          const pair = [POOLS[round % 4]!, POOLS[(round + 1) % 4]!];
          return buy(stock, `buyer-${at}`, at % 2 === 0 ? pair : pair.toReversed());
        });
        const came = await Promise.all(asked);
        const bought = came.filter((each) => each === 'bought').length;
        const soldOut = came.filter((each) => each === 'insufficient-stock').length;
        assert.ok(bought <= 1, `${bought} bought one unit`);
        assert.ok(bought === 1 || soldOut === 0, `sold out to ${soldOut}, and nobody has it`);
        // Whoever was told to try again gets it.
        if (bought === 0) {
          assert.equal(
            await buy(stock, 'late', [POOLS[round % 4]!, POOLS[(round + 1) % 4]!]),
            'bought',
          );
        }
        for (const pool of POOLS) {
          const { available } = (await stock.pool(pool))!;
          if (available > 0) await stock.adjust({ pool, quantity: -available });
        }
      }
      const found = await verify(stock.engine);
      assert.deepEqual(found.problems, []);
      await stock.close();
    });
  });
}
