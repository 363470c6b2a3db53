// The relay over a real Kafka: every event of the journal arrives, under every product that it changed, in
// order; it goes on where it stopped; a topic that was made anew gets everything.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { Admin } from '@platformatic/kafka';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { RELAY_FORMAT } from '../../src/http/relay-format.ts';
import { KafkaPublisher } from '../../src/kafka/kafka-publisher.ts';
import { Stock } from '../../src/stock.ts';
import { openUses } from '../../src/uses/open-uses.ts';
import { TopicReader } from '../support/kafka/topic-reader.ts';
import { freshName, kafkaMissing, provideKafka } from '../support/kafka.ts';
import { accepted } from '../support/shop.ts';
import { judgeRelayed, wholeJournal, wholeOf } from './relayed-judge.ts';

describe('the relay', { skip: kafkaMissing() ?? false }, () => {
  let address: string;
  before(async () => {
    address = await provideKafka();
  });

  const publisherTo = (topic: string) => new KafkaPublisher({ brokers: [address], topic });

  test('carries every event, under every product that it changed', async (t) => {
    const topic = freshName('events');
    const stock = await Stock.open(new MemoryEngine());
    const relay = { publisher: publisherTo(topic), format: RELAY_FORMAT };
    const uses = await openUses(stock, { relay });
    t.after(() => stock.close());
    t.after(() => uses.close());
    for (const [pool, product] of [
      ['tea:shop', 'tea'],
      ['tea:store', 'tea'],
      ['cup', 'cup'],
    ]) {
      accepted(await stock.putPool({ pool: pool!, product: product! }));
      accepted(await stock.receive({ pool: pool!, quantity: 10 }));
    }
    const lines = [
      { pool: 'tea:shop', quantity: 2 },
      { pool: 'cup', quantity: 1 },
    ];
    const order = accepted(await uses.orders.checkout({ lines, buyer: 'ann' }));
    accepted(await stock.transfer({ from: 'tea:shop', to: 'tea:store', quantity: 3 }));
    accepted(await uses.orders.cancel({ order: order.id, reason: 'changed her mind' }));
    const reader = new TopicReader(address, topic);
    t.after(() => reader.close());
    const journal = await wholeJournal(stock.engine);
    await reader.until(wholeOf(journal));
    assert.deepEqual(judgeRelayed(journal, reader.messages).wrong, []);
    const made = reader.messages.filter(({ event }) => event.type === 'order.reserved');
    assert.deepEqual(
      made.map(({ key, event }) => [key, event.product, event.home, event.pools]).sort(),
      [
        ['cup', 'cup', false, [{ pool: 'cup', version: 3, change: { available: -1, held: 1 } }]],
        [
          'tea',
          'tea',
          true,
          [{ pool: 'tea:shop', version: 3, change: { available: -2, held: 2 } }],
        ],
      ],
    );
    const home = made.find(({ event }) => event.home)!;
    assert.equal(home.event.order.orderId, order.id);
    assert.deepEqual(home.event.order.lines, lines);
    assert.equal(home.headers.schema, 'urn:holdfast:event:order.reserved:1');
    const cancelled = reader.messages.find(({ event }) => event.type === 'order.cancelled')!;
    assert.deepEqual(cancelled.event.data, { reason: 'changed her mind' });
  });

  test('goes on where it stopped, and gives a new topic everything', async (t) => {
    const topic = freshName('events');
    const stock = await Stock.open(new MemoryEngine());
    t.after(() => stock.close());
    const opened = () =>
      openUses(stock, { relay: { publisher: publisherTo(topic), format: RELAY_FORMAT } });
    accepted(await stock.putPool({ pool: 'tea' }));
    const first = await opened();
    const reader = new TopicReader(address, topic);
    t.after(() => reader.close());
    await reader.until((messages) => messages.length === 1);
    await first.close();
    accepted(await stock.receive({ pool: 'tea', quantity: 1 }));
    const second = await opened();
    await reader.until((messages) => messages.length === 2);
    await second.close();
    assert.deepEqual(
      reader.messages.map(({ event }) => event.type),
      ['pool.created', 'stock.received'],
    );
    await reader.close();
    const admin = new Admin({ clientId: 'holdfast-tests', bootstrapBrokers: [address] });
    await admin.deleteTopics({ topics: [topic] });
    // The broker is told of it after it was asked for.
    while ((await admin.listTopics()).includes(topic));
    await admin.close();
    accepted(await stock.receive({ pool: 'tea', quantity: 2 }));
    const third = await opened();
    t.after(() => third.close());
    const again = new TopicReader(address, topic);
    t.after(() => again.close());
    await again.until((messages) => messages.length === 3);
    assert.deepEqual(judgeRelayed(await wholeJournal(stock.engine), again.messages).wrong, []);
  });

  test('carries an order of thousands of lines, which a broker takes compressed alone', async (t) => {
    const topic = freshName('events');
    const stock = await Stock.open(new MemoryEngine());
    t.after(() => stock.close());
    const lines = Array.from({ length: 5_000 }, () => {
      const name = `${randomBytes(16).toString('hex')}-in-the-great-hall-of-the-opera`;
      return { pool: `seat-${name}`, quantity: 1 };
    });
    const product = 'concert';
    await Promise.all(lines.map(({ pool }) => stock.putPool({ pool, product }).then(accepted)));
    await Promise.all(lines.map((line) => stock.receive(line).then(accepted)));
    const uses = await openUses(stock, {
      relay: { publisher: publisherTo(topic), format: RELAY_FORMAT },
    });
    t.after(() => uses.close());
    const order = accepted(await uses.orders.checkout({ lines }));
    const reader = new TopicReader(address, topic);
    t.after(() => reader.close());
    const journal = await wholeJournal(stock.engine);
    await reader.until(wholeOf(journal));
    assert.deepEqual(judgeRelayed(journal, reader.messages).wrong, []);
    const made = reader.messages.find(({ event }) => event.type === 'order.reserved')!;
    assert.equal(made.event.order.orderId, order.id);
    assert.equal(made.event.pools.length, 5_000);
    const size = JSON.stringify(made.event).length;
    assert.ok(size > 1_048_576, `${size}`);
  });
});
