// Orders that a queue decides: in the order in which they came, whoever decides them, and each once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EngineUnderTest } from '../../src/engines/conformance/bench.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import type { Order } from '../../src/orders/order-view.ts';
import { Stock } from '../../src/stock.ts';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import { verify } from '../../src/verify/verify.ts';
import { Random } from '../crash/random.ts';
import { postgresMissing } from '../support/postgres.ts';
import { postgresKind, schemaOf } from '../support/postgres-kind.ts';
import { accepted, refused, Shop } from '../support/shop.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';

const memoryKind: EngineUnderTest = {
  name: 'memory',
  open: async (time) => new MemoryEngine({ time }),
};
const UNITS = 40;
const BUYERS = 120;

for (const kind of [memoryKind, sqliteKind, postgresKind]) {
  const skip = kind === postgresKind ? (postgresMissing() ?? false) : false;
  describe(`a queue on ${kind.name}`, { skip }, () => {
    test('a stamped crowd is decided in the order in which it stands in the journal', async (t) => {
      const { shop, uses } = await opened(t, kind);
      const random = new Random(Date.now());
      const pools = ['tea', 'tea-elsewhere', 'coffee'];
      const asked = Array.from({ length: BUYERS }, (_, index) => ({
        lines: [{ pool: random.pick(pools), quantity: random.whole(1, 2) }],
        buyer: `b${index}`,
      }));
      const taken = await Promise.all(asked.map((command) => uses.orders.checkout(command)));
      for (const answer of taken) {
        const { status, queued } = accepted(answer);
        assert.deepEqual([status, queued], ['PENDING', true]);
      }
      await queuedIn(shop.engine);
      await uses.queue.idle();
      await assertInOrder(shop, uses);
      assert.deepEqual((await verify(shop.engine)).problems, []);
    });

    // In memory nothing is kept.
    if (kind.reopen === undefined) return;
    test('what was taken down before an end is decided after it', async (t) => {
      const { shop, uses } = await opened(t, kind);
      // Nobody decides any more.
      await uses.queue.stop();
      const ids: string[] = [];
      for (let count = 0; count < 50; count += 1) {
        const lines = [{ pool: 'tea', quantity: 1 }];
        ids.push(accepted(await uses.orders.checkout({ lines })).id);
      }
      await uses.close();
      await shop.stock.close();
      const again = await Shop.open((time) => kind.reopen!(shop.engine, time));
      const later = await openUses(again.stock);
      t.after(async () => {
        await later.close();
        await again.stock.close();
      });
      await later.queue.idle();
      const orders = await Promise.all(ids.map((id) => later.orders.order(id)));
      const expected = ids.map((_, index) => (index < UNITS ? 'RESERVED' : 'REFUSED'));
      assert.deepEqual(
        orders.map((order) => order!.status),
        expected,
      );
    });
  });
}

test('two servers decide one queue, each order once and in order', {
  skip: postgresMissing() ?? false,
}, async (t) => {
  const { shop, uses } = await opened(t, postgresKind);
  const { address } = schemaOf(shop.engine);
  const stock = await Stock.open(await PostgresEngine.open(address, { time: shop.time }));
  const other = await openUses(stock);
  t.after(async () => {
    await other.close();
    await stock.close();
  });
  const lines = [{ pool: 'tea', quantity: 1 }];
  const servers = [uses, other];
  await Promise.all(
    Array.from({ length: BUYERS }, async (_, index) =>
      accepted(await servers[index % 2]!.orders.checkout({ lines })),
    ),
  );
  await queuedIn(shop.engine);
  await Promise.all(servers.map(({ queue }) => queue.idle()));
  await assertInOrder(shop, uses);
  assert.deepEqual((await verify(shop.engine)).problems, []);
});

describe('an order in a queue', () => {
  test('what it asked for is what its turn decides on', async (t) => {
    const { uses } = await opened(t, memoryKind);
    const order = accepted(
      await uses.orders.checkout(
        {
          lines: [{ pool: 'tea', quantity: 50, quantityMin: 10, unitPrice: 300 }],
          currency: 'EUR',
          buyer: 'ann',
          reference: 'A-1',
          metadata: { gift: true },
          holdForMs: 60_000,
        },
        { key: 'k1' },
      ),
    );
    await uses.queue.idle();
    const { lines, total, reference, metadata, history } = (await uses.orders.order(order.id))!;
    assert.deepEqual(lines, [{ pool: 'tea', quantity: UNITS, asked: 50, unitPrice: 300 }]);
    assert.deepEqual(total, { amount: 300 * UNITS, currency: 'EUR' });
    assert.deepEqual([reference, metadata], ['A-1', { gift: true }]);
    assert.deepEqual(
      history.map(({ status }) => status),
      ['PENDING', 'RESERVED'],
    );
  });

  test('the same key gets the same order, before its turn and after it', async (t) => {
    const { uses } = await opened(t, memoryKind);
    const command = { lines: [{ pool: 'tea', quantity: 1 }] };
    const first = accepted(await uses.orders.checkout(command, { key: 'k1' }));
    const second = accepted(await uses.orders.checkout(command, { key: 'k1' }));
    await uses.queue.idle();
    const third = accepted(await uses.orders.checkout(command, { key: 'k1' }));
    assert.deepEqual([second.id, third.id], [first.id, first.id]);
  });

  test('cancelled, or over, it takes nothing when its turn comes', async (t) => {
    const { shop, uses } = await opened(t, memoryKind);
    await uses.queue.stop();
    const lines = [{ pool: 'tea', quantity: UNITS }];
    const first = accepted(await uses.orders.checkout({ lines }));
    const second = accepted(await uses.orders.checkout({ lines }));
    accepted(await uses.orders.cancel({ order: first.id }));
    shop.time.passMs(11 * 60_000);
    assert.equal((await uses.orders.order(second.id))!.status, 'EXPIRED');
    const third = accepted(await uses.orders.checkout({ lines }));
    for (const { id } of [first, second, third]) await uses.orders.decide(id);
    const statuses = await Promise.all(
      [first, second, third].map(async ({ id }) => (await uses.orders.order(id))!.status),
    );
    assert.deepEqual(statuses, ['CANCELLED', 'EXPIRED', 'RESERVED']);
  });

  test('whose turn does not come in time is told so, and is not refused', async (t) => {
    const { shop, uses } = await opened(t, memoryKind);
    await uses.queue.stop();
    const lines = [{ pool: 'tea', quantity: UNITS }];
    const { id } = accepted(await uses.orders.checkout({ lines }));
    shop.time.passMs(11 * 60_000);
    const seen = async () => {
      const { status, reason, queued } = (await uses.orders.order(id))!;
      return [status, reason, queued];
    };
    assert.deepEqual(await seen(), ['EXPIRED', 'no-turn', undefined], 'at its deadline');
    await shop.stock.sweep();
    assert.deepEqual(await seen(), ['EXPIRED', 'no-turn', undefined], 'tidied up');
    const entries = await shop.engine.entries({ after: 0, limit: 100 });
    const told = entries.flatMap(({ events }) => events).filter(({ subject }) => subject === id);
    assert.deepEqual(told, [
      { type: 'order.queued', subject: id, data: { pool: 'tea' } },
      { type: 'order.expired', subject: id, data: { reason: 'no-turn' } },
    ]);
  });

  test('it cannot be paid before its turn, and says why it was refused after it', async (t) => {
    const { uses } = await opened(t, memoryKind);
    await uses.queue.stop();
    const lines = [{ pool: 'tea', quantity: UNITS + 1 }];
    const { id: order } = accepted(await uses.orders.checkout({ lines }));
    refused(await uses.orders.paid({ order }), 'order-queued');
    await uses.orders.decide(order);
    const { status, reason } = (await uses.orders.order(order))!;
    assert.deepEqual([status, reason], ['REFUSED', 'insufficient-stock']);
    refused(await uses.orders.paid({ order }), 'order-refused');
  });

  test('what is wrong is refused before it is taken down', async (t) => {
    const { uses } = await opened(t, memoryKind);
    const lines = [{ pool: 'nothing', quantity: 1 }];
    refused(await uses.orders.checkout({ lines }), 'unknown-pool');
    const policy = { channel: 'x', decides: 'queue', deduct: 'on-payment' } as const;
    refused(await uses.orders.putPolicy(policy), 'invalid-request');
  });
});

async function opened(
  t: { after: (end: () => Promise<void>) => void },
  kind: EngineUnderTest,
): Promise<{ shop: Shop; uses: Uses }> {
  const shop = await Shop.open((time) => kind.open(time));
  for (const [pool, product] of [
    ['tea', 'tea'],
    ['tea-elsewhere', 'tea'],
    ['coffee', 'coffee'],
  ] as const) {
    accepted(await shop.stock.putPool({ pool, product }));
    accepted(await shop.stock.receive({ pool, quantity: UNITS }));
  }
  const uses = await openUses(shop.stock);
  accepted(await uses.orders.putPolicy({ channel: 'default', decides: 'queue' }));
  t.after(async () => {
    await uses.close();
    await shop.stock.close();
  });
  return { shop, uses };
}

/** The orders in the order of the journal, once it tells of all of them. */
async function queuedIn(engine: Engine): Promise<string[]> {
  while (true) {
    const entries = await engine.entries({ after: 0, limit: 10_000 });
    const queued = entries.flatMap(({ events }) =>
      events.filter(({ type }) => type === 'order.queued').map(({ subject }) => subject),
    );
    if (queued.length === BUYERS) return queued;
    assert.ok(queued.length < BUYERS);
  }
}

/** Plays the crowd again, one after the other in the order of the journal. */
async function assertInOrder({ engine }: Shop, { orders }: Uses): Promise<void> {
  const queued = await queuedIn(engine);
  const left = new Map<string, number>();
  for (const id of queued) {
    const order: Order = (await orders.order(id))!;
    const { pool, quantity } = order.lines[0]!;
    const before = left.get(pool) ?? UNITS;
    const expected = quantity <= before ? 'RESERVED' : 'REFUSED';
    assert.equal(order.status, expected, `${id}: ${quantity} of ${before}`);
    if (quantity <= before) left.set(pool, before - quantity);
  }
}
