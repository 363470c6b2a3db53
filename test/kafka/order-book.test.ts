// The order book over real Kafka and PostgreSQL: its tables come to what the shop says, whatever comes
// twice; it adds nothing to what it does not know; and it waits for its database.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client } from 'pg';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { showPool } from '../../src/http/outside.ts';
import { RELAY_FORMAT } from '../../src/http/relay-format.ts';
import { EventGroup } from '../../src/kafka/event-group.ts';
import { KafkaPublisher } from '../../src/kafka/kafka-publisher.ts';
import { OrderBook, type OrderBookOptions } from '../../src/kafka/order-book/order-book.ts';
import { ACCOUNT_COLUMNS } from '../../src/kafka/order-book/tables.ts';
import { Stock } from '../../src/stock.ts';
import { openUses } from '../../src/uses/open-uses.ts';
import { freshName, kafkaMissing, provideKafka } from '../support/kafka.ts';
import {
  freshSchema,
  ownPostgresMissing,
  postgresMissing,
  startPostgres,
} from '../support/postgres.ts';
import { accepted } from '../support/shop.ts';
import { toldEvent } from './told-events.ts';

/** A schema of its own, as an order book is opened with it, and a way to look into it. */
async function freshBook(server?: string) {
  const fresh = await freshSchema(server);
  const address = new URL(fresh.address);
  address.search = '';
  const ask = async (text: string) => {
    const client = new Client({ connectionString: address.href });
    await client.connect();
    try {
      await client.query(`SET search_path = "${fresh.schema}"`);
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  const make = new Client({ connectionString: address.href });
  await make.connect();
  await make.query(`CREATE SCHEMA "${fresh.schema}"`);
  await make.end();
  const open = (more: Partial<OrderBookOptions> = {}) =>
    OrderBook.open({ address: address.href, schema: fresh.schema, ...more });
  return { open, ask, drop: () => fresh.drop() };
}

const received = (version: number, pool = 'tea') =>
  toldEvent({ pool, version, change: { supply: -10, available: 10 } });

describe('an order book', { skip: postgresMissing() ?? false, timeout: 600_000 }, () => {
  const skip = kafkaMissing() ?? false;

  test('comes to what the shop says, of orders and of stock', { skip }, async (t) => {
    const address = await provideKafka();
    const topic = freshName('events');
    const stock = await Stock.open(new MemoryEngine());
    t.after(() => stock.close());
    const publisher = new KafkaPublisher({ brokers: [address], topic });
    const uses = await openUses(stock, { relay: { publisher, format: RELAY_FORMAT } });
    t.after(() => uses.close());
    const pools = ['tea', 'cup', 'pot'];
    for (const pool of pools) {
      accepted(await stock.putPool({ pool }));
      accepted(await stock.receive({ pool, quantity: 500 }));
    }
    const orders: string[] = [];
    for (let number = 0; number < 120; number += 1) {
      const lines = pools.slice(0, 1 + (number % 3)).map((pool) => ({ pool, quantity: 1 }));
      const order = accepted(await uses.orders.checkout({ lines, buyer: `buyer${number % 7}` }));
      orders.push(order.id);
      if (number % 4 === 0) accepted(await uses.orders.cancel({ order: order.id }));
      if (number % 4 === 1) accepted(await uses.orders.paid({ order: order.id }));
    }
    const { open, ask, drop } = await freshBook();
    const book = await open();
    t.after(() => drop());
    t.after(() => book.close());
    const group = EventGroup.open({
      address: `kafka://${address}/${topic}`,
      group: freshName('book'),
      take: book.take,
    });
    t.after(() => group.close());
    const { position } = stock.engine.health();
    const versions = await Promise.all(
      pools.map(async (pool) => (await stock.pool(pool))!.version),
    );
    const inStep = async () => {
      const rows = await ask('SELECT pool, version FROM stock');
      const told = new Map(rows.map((row) => [row.pool, Number(row.version)]));
      return pools.every((pool, index) => told.get(pool) === versions[index]);
    };
    while (!(await inStep())) assert.ok(stock.engine.health().position >= position);
    for (const row of await ask('SELECT * FROM stock')) {
      const now = showPool((await stock.pool(row.pool))!) as unknown as Record<string, number>;
      for (const [account, column] of Object.entries(ACCOUNT_COLUMNS)) {
        assert.equal(Number(row[column]), now[account], `${row.pool} ${account}`);
      }
    }
    const kept = await ask('SELECT id, status, version, buyer FROM orders ORDER BY id');
    assert.deepEqual(
      kept.map(({ id }) => id),
      orders.toSorted(),
    );
    for (const { id, status, version } of kept) {
      const order = (await uses.orders.order(id))!;
      assert.deepEqual([status, version], [order.status, order.version]);
    }
  });

  test('takes a batch once, however often it comes', async (t) => {
    const { open, ask, drop } = await freshBook();
    const book = await open();
    t.after(() => drop());
    t.after(() => book.close());
    const batch = [received(1), received(2), received(1, 'cup')];
    for (let time = 0; time < 3; time += 1) assert.deepEqual(await book.take(batch), { ok: true });
    assert.deepEqual(await book.take([received(2), received(3)]), { ok: true });
    assert.deepEqual(await ask('SELECT pool, version, available, supply FROM stock ORDER BY 1'), [
      { pool: 'cup', version: '1', available: '10', supply: '-10' },
      { pool: 'tea', version: '3', available: '30', supply: '-30' },
    ]);
  });

  test('adds nothing to a version that it does not know, and takes none of the batch', async (t) => {
    const { open, ask, drop } = await freshBook();
    const book = await open();
    t.after(() => drop());
    t.after(() => book.close());
    const reason = 'stock-gap: tea is at version 1, told is 3';
    const batch = [received(1, 'cup'), received(1), received(3)];
    assert.deepEqual(await book.take(batch), { ok: false, event: 'j:3:0', reason });
    assert.deepEqual(await ask('SELECT * FROM stock'), []);
    const restored = { ...received(1), id: 'k:1:0', journal: 'k' };
    assert.deepEqual(await book.take([received(1)]), { ok: true });
    assert.deepEqual(await book.take([restored]), {
      ok: false,
      event: 'k:1:0',
      reason: 'another-journal: the book is of j',
    });
  });

  test('asks how a pool stands now, where events of it are missing', async (t) => {
    const { open, ask, drop } = await freshBook();
    const asked: string[] = [];
    const stockNow = async (pool: string) => {
      asked.push(pool);
      return { version: 7, available: 40, sold: 2, supply: -42 };
    };
    const book = await open({ stockNow });
    t.after(() => drop());
    t.after(() => book.close());
    assert.deepEqual(await book.take([received(5), received(6)]), { ok: true });
    assert.deepEqual(await book.take([received(7), received(8)]), { ok: true });
    assert.deepEqual(asked, ['tea']);
    assert.deepEqual(await ask('SELECT version, available, sold, held, supply FROM stock'), [
      { version: '8', available: '50', sold: '2', held: '0', supply: '-52' },
    ]);
    await assert.rejects(book.take([received(20)]), /tea stands at 7 only/);
  });

  test('names the event that the database refuses', async (t) => {
    const { open, drop } = await freshBook();
    const book = await open();
    t.after(() => drop());
    t.after(() => book.close());
    const order = { orderId: 'no uuid', version: 1, status: 'RESERVED', channel: 'default' };
    const odd = { ...toldEvent({ pool: 'tea' }), order } as never;
    const taken = await book.take([odd]);
    assert.ok(!taken.ok && taken.event === 'j:1:0' && taken.reason.startsWith('22P02'));
  });

  const skipOwn = ownPostgresMissing() ?? false;
  test('waits for a database that is away', { skip: skipOwn }, async (t) => {
    const postgres = await startPostgres();
    t.after(() => postgres.remove());
    const { open, ask } = await freshBook(postgres.address);
    const book = await open();
    t.after(() => book.close());
    assert.deepEqual(await book.take([received(1)]), { ok: true });
    await postgres.kill();
    await assert.rejects(book.take([received(2)]));
    await postgres.restart();
    assert.deepEqual(await book.take([received(2)]), { ok: true });
    assert.deepEqual(await ask('SELECT version FROM stock'), [{ version: '2' }]);
  });
});
