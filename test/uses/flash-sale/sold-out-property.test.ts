// Whatever buyers and the shop do with a sale that sells out, in any order: it sells what it has and its cap and no
// more, nobody has more than the limit, who came first is served first, and all of it is accounted for in the end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WhenSoldOut } from '../../../src/kernel/sold-out.ts';
import type { Order } from '../../../src/orders/order-view.ts';
import { draft, SALE, SaleShop, TEA } from '../../support/sale-shop.ts';
import { accepted } from '../../support/shop.ts';

const UNITS = 4;
const CAP = 3;
const LIMIT = 2;
const BUYERS = ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay'];
const CHOICES: readonly WhenSoldOut[] = [
  { do: 'refuse' },
  { do: 'alternatives', pools: ['cups'] },
  { do: 'waiting-list', offerForMs: 60_000 },
  { do: 'pre-sale', quantityMax: CAP },
  { do: 'pre-sale', quantityMax: CAP },
];
const LIVE: ReadonlySet<string> = new Set(['RESERVED', 'PAID', 'CONFIRMED']);

const buyer = fc.constantFrom(...BUYERS);
const which = fc.nat(20);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ verb: fc.constant('rush' as const), buyers: fc.array(buyer) }),
  },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('cancel' as const), which }) },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('pay' as const), which }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('wait' as const), buyer }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('accept' as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('receive' as const),
      quantity: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      verb: fc.constant('choose' as const),
      choice: fc.constantFrom(...CHOICES),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      verb: fc.constant('pass' as const),
      ms: fc.constantFrom(30_000, 1_000_000),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Crowd {
  readonly #its: SaleShop;
  readonly #orders: string[] = [];
  readonly #places: string[] = [];
  #choice: WhenSoldOut = CHOICES[3]!;

  constructor(its: SaleShop) {
    this.#its = its;
  }

  async begin(): Promise<void> {
    const { stock } = this.#its.shop;
    accepted(await stock.adjust({ pool: 'tea', quantity: -(150 - UNITS) }));
    await this.#its.begin(this.#terms());
  }

  #terms() {
    const limits = [{ per: 'buyer' as const, quantityMax: LIMIT }];
    return { items: [{ from: 'tea', quantity: UNITS }], limits, whenSoldOut: this.#choice };
  }

  async take(one: Step): Promise<void> {
    const { shop, uses } = this.#its;
    if (one.verb === 'rush') {
      const answers = await Promise.all(one.buyers.map((name) => this.#its.buy(name)));
      for (const answer of answers) if (answer.ok) this.#orders.push(answer.value.id);
    } else if (one.verb === 'cancel' || one.verb === 'pay') {
      const order = this.#orders[one.which % this.#orders.length];
      if (order === undefined) return;
      await (one.verb === 'pay' ? uses.orders.paid({ order }) : uses.orders.cancel({ order }));
    } else if (one.verb === 'wait') {
      const answer = await uses.waiting.join({ pool: TEA, buyer: one.buyer, quantity: 1 });
      if (answer.ok) this.#places.push(answer.value.id);
    } else if (one.verb === 'accept') {
      const waiter = this.#places[one.which % this.#places.length];
      if (waiter === undefined) return;
      const answer = await uses.waiting.accept({ pool: TEA, waiter });
      if (answer.ok) this.#orders.push(answer.value.id);
    } else if (one.verb === 'receive') {
      accepted(await shop.stock.receive({ pool: 'tea', quantity: one.quantity }));
    } else if (one.verb === 'choose') {
      this.#choice = one.choice;
      accepted(await this.#its.sales.put(draft(this.#terms())));
    } else {
      shop.time.passMs(one.ms);
      await this.#its.tidy();
    }
    await this.#its.idle();
    await this.#check();
  }

  async #check(): Promise<void> {
    const { shop, uses } = this.#its;
    const all = await Promise.all(this.#orders.map((id) => uses.orders.order(id)));
    const live = all.filter(
      (order): order is Order => order !== undefined && LIVE.has(order.status),
    );
    const pre = live.filter(({ preSold }) => preSold !== undefined);
    assert.ok(pre.length <= CAP, `${pre.length} pre-sold`);
    assert.ok(live.length - pre.length <= UNITS, `${live.length - pre.length} sold`);
    for (const [name, own] of Map.groupBy(live, ({ buyer }) => buyer)) {
      assert.ok(own.length <= LIMIT, `${name} has ${own.length}`);
    }
    const waiting = pre.filter(({ awaitsStock }) => awaitsStock === true);
    const served = pre.filter(({ awaitsStock }) => awaitsStock !== true);
    // Who pays late comes with the money, not with the order: in the order of reservations.
    for (const one of waiting) {
      const isFirst = served.every(({ reservation }) => reservation! < one.reservation!);
      assert.ok(isFirst, 'not in order');
    }
    // Nothing idles: what there is has been given out.
    const { available = 0 } = await shop.inside('tea');
    if (waiting.length > 0) assert.equal(available, 0);
    const { offered = 0 } = await shop.inside(TEA);
    assert.equal(offered, 0);
  }

  async end(): Promise<void> {
    const { shop, sales } = this.#its;
    accepted(await sales.close({ sale: SALE }));
    accepted(await shop.stock.receive({ pool: 'tea', quantity: CAP }));
    await this.#its.idle();
    await this.#its.settle();
    await this.#check();
    const { sold = 0, ...rest } = await shop.inside(TEA);
    assert.deepEqual(rest, {});
    assert.deepEqual(await shop.inside(`${TEA}:pre`), {});
    assert.equal((await sales.sale(SALE))!.items[0]!.sold, sold);
  }
}

test('a sale that sells out, whatever is done to it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const its = await SaleShop.open();
      try {
        const crowd = new Crowd(its);
        await crowd.begin();
        for (const one of steps) await crowd.take(one);
        await crowd.end();
      } finally {
        await its.close();
      }
    }),
    { numRuns: 60 },
  );
});
