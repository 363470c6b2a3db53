// Many at once for one code: exactly as many have it as its limit says, whatever ends meanwhile, on every
// engine; and codes and uses are there when a store is opened again.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { verify } from '../../src/verify/verify.ts';
import { postgresMissing } from '../support/postgres.ts';
import { postgresKind } from '../support/postgres-kind.ts';
import { accepted, refused, Shop } from '../support/shop.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';
import { VoucherShop } from './voucher-shop.ts';

interface Kind {
  open: (time: ManualTime) => Promise<Engine>;
  attempts: number;
  limit: number;
  skip: string | false;
}

const ATTEMPTS = 100_000;
const LIMIT = 500;
const IN_FLIGHT = 2_000;
const KINDS: Record<string, Kind> = {
  memory: {
    open: async (time) => new MemoryEngine({ time }),
    attempts: ATTEMPTS,
    limit: LIMIT,
    skip: false,
  },
  sqlite: { open: (time) => sqliteKind.open(time), attempts: ATTEMPTS, limit: LIMIT, skip: false },
  postgres: {
    open: (time) => postgresKind.open(time),
    attempts: 3_000,
    limit: 50,
    skip: postgresMissing() ?? false,
  },
};

for (const [name, { open, attempts, limit, skip }] of Object.entries(KINDS)) {
  describe(`vouchers on ${name}`, { skip, timeout: 600_000 }, () => {
    it(`${attempts} attempts on a code with limit ${limit}: ${limit} held or redeemed`, async (t) => {
      const at = await VoucherShop.open(open);
      await at.campaign({ usesPerCode: limit });
      const startedMs = performance.now();
      const refusals = new Set<string>();
      let got = 0;
      const attempt = async (index: number) => {
        const answer = await at.checkout({ buyer: `b${index}` });
        if (!answer.ok) {
          refusals.add(answer.code);
          return;
        }
        got += 1;
        const order = answer.value.id;
        // Every tenth gives its use back to whoever comes next.
        if (got % 10 === 0) {
          accepted(await at.orders.cancel({ order }));
          got -= 1;
        } else if (got % 3 === 0) accepted(await at.orders.paid({ order }));
      };
      for (let done = 0; done < attempts; done += IN_FLIGHT) {
        await Promise.all(Array.from({ length: IN_FLIGHT }, (_, n) => attempt(done + n)));
      }
      t.diagnostic(`${Math.round(performance.now() - startedMs)} ms`);
      assert.deepEqual([...refusals], ['voucher-used-up']);
      const [held, redeemed] = await at.counts();
      assert.equal(held + redeemed, limit);
      assert.ok(held > 0 && redeemed > 0);
      const { usesLeft } = (await at.vouchers.voucher('SUMMER'))!;
      assert.equal(usesLeft, 0);
      const inside = await at.shop.inside('tea');
      assert.deepEqual(inside, { available: 1_000 - limit, held, sold: redeemed });
      at.shop.time.passMs(15 * 60_000);
      await at.shop.stock.sweep();
      assert.deepEqual(await at.counts(), [0, redeemed]);
      assert.deepEqual((await verify(at.shop.engine)).problems, []);
      await at.close();
    });

    it('frees, redeems and finds what it should', async () => {
      const at = await VoucherShop.open(open);
      await at.campaign({ prefix: 'S' }, ['SUMMER', 'AUTUMN']);
      const { campaigns } = at.vouchers;
      const [code] = [...accepted(await campaigns.issue({ campaign: 'summer', count: 2 }))];
      const first = await at.ordered({ vouchers: [code!], holdForMs: 60_000 });
      refused(await at.checkout({ vouchers: [code!] }), 'voucher-used-up');
      at.shop.time.passMs(60_000);
      const second = await at.ordered({ vouchers: [code!] });
      accepted(await at.orders.paid({ order: second }));
      refused(await at.orders.paid({ order: first }), 'voucher-used-up');
      const third = await at.ordered();
      accepted(await at.vouchers.remove({ order: third, code: 'SUMMER' }));
      accepted(await at.vouchers.apply({ order: third, code: 'AUTUMN' }));
      assert.deepEqual(await at.counts(), [1, 1]);
      assert.deepEqual((await verify(at.shop.engine)).problems, []);
      await at.close();
    });
  });
}

it('codes, uses and history outlive a close', { timeout: 600_000 }, async () => {
  const at = await VoucherShop.open((time) => sqliteKind.open(time));
  await at.campaign({ prefix: 'S' });
  const [code, other] = [
    ...accepted(await at.vouchers.campaigns.issue({ campaign: 'summer', count: 2 })),
  ];
  const order = await at.ordered({ vouchers: [code!] });
  await at.ordered();
  const closed = at.shop.engine;
  await at.close();
  const again = await VoucherShop.over(await Shop.open((time) => sqliteKind.reopen(closed, time)));
  refused(await again.checkout({ vouchers: [code!] }), 'voucher-used-up');
  refused(await again.checkout(), 'voucher-used-up');
  accepted(await again.checkout({ vouchers: [other!] }));
  // The tables that are searched may be a moment behind.
  let found = (await again.vouchers.voucher(code!))!.orders;
  while (found.length === 0) {
    await setImmediate();
    found = (await again.vouchers.voucher(code!))!.orders;
  }
  assert.equal(found[0]!.id, order);
  await again.close();
});
