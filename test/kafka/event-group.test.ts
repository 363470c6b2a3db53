// The consumer group over a real Kafka: order per product, repeats, restarts, dead letters, takers that
// cannot now, members that share, and events that are not kept any more.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Admin } from '@platformatic/kafka';
import { EventGroup, type EventGroupOptions } from '../../src/kafka/event-group.ts';
import type { ShopEvent } from '../../src/kafka/shop-event.ts';
import { TopicReader } from '../support/kafka/topic-reader.ts';
import { freshName, freshTopic, kafkaMissing, provideKafka } from '../support/kafka.ts';
import { Taker, toldEvent, writeEvents } from './told-events.ts';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a consumer group', { skip: kafkaMissing() ?? false, timeout: 600_000 }, () => {
  let address: string;
  before(async () => {
    address = await provideKafka();
  });

  const open = (topic: string, more: Partial<EventGroupOptions> & Pick<Taker, 'take'>) =>
    EventGroup.open({
      address: `kafka://${address}/${topic}`,
      group: freshName('group'),
      sessionMs: 6_000,
      retryAfterMs: () => 10,
      ...more,
    });
  const of = (pool: string, versions: readonly number[]): ShopEvent[] =>
    versions.map((version) => toldEvent({ pool, version }));

  test('takes each event once, in order per product', async (t) => {
    const topic = await freshTopic(address);
    const mixed = numbers(1, 60).flatMap((version) =>
      ['tea', 'cup', 'pot'].map((pool) => toldEvent({ pool, version })),
    );
    const policy = toldEvent({ position: 500 });
    // As after a relay that died: the end comes again.
    await writeEvents(address, topic, [...mixed, policy, ...mixed.slice(-90), policy]);
    await writeEvents(address, topic, of('tea', [61]));
    const taker = new Taker();
    const group = open(topic, { take: taker.take });
    t.after(() => group.close());
    await taker.until((taken) => taken.length === 182);
    for (const pool of ['cup', 'pot']) assert.deepEqual(taker.versionsOf(pool), numbers(1, 60));
    assert.deepEqual(taker.versionsOf('tea'), numbers(1, 61));
    await group.close();
    const { taken, repeated, dead } = group.status();
    assert.deepEqual({ taken, repeated, dead }, { taken: 182, repeated: 91, dead: 0 });
  });

  test('tells two events of one version apart, and two journals', async (t) => {
    const topic = await freshTopic(address);
    const events = [
      toldEvent({ pool: 'tea', version: 1 }),
      toldEvent({ pool: 'tea', version: 1, index: 1 }),
      toldEvent({ pool: 'tea', version: 1 }),
      toldEvent({ pool: 'tea', version: 1, journal: 'restored' }),
      toldEvent({ pool: 'tea', version: 2 }),
    ];
    await writeEvents(address, topic, events);
    const taker = new Taker();
    const group = open(topic, { take: taker.take });
    t.after(() => group.close());
    await taker.until((taken) => taken.at(-1)?.position === 2);
    const ids = taker.taken.map(({ id }) => id);
    assert.deepEqual(ids, ['j:1:0', 'j:1:1', 'restored:1:0', 'j:2:0']);
  });

  test('goes on where its group stopped, and knows what comes again after that', async (t) => {
    const topic = await freshTopic(address);
    const name = freshName('group');
    await writeEvents(address, topic, of('tea', numbers(1, 5)));
    const first = new Taker();
    const one = open(topic, { take: first.take, group: name });
    await first.until((taken) => taken.length === 5);
    await one.close();
    await writeEvents(address, topic, of('tea', [3, 4, 5, 6]));
    const second = new Taker();
    const other = open(topic, { take: second.take, group: name });
    t.after(() => other.close());
    await second.until((taken) => taken.length > 0);
    await other.close();
    assert.deepEqual(second.versionsOf('tea'), [6]);
    assert.equal(other.status().repeated, 3);
  });

  test('puts what is refused five times aside, and takes what is around it', async (t) => {
    const topic = await freshTopic(address, { partitions: 1 });
    const events = of('tea', numbers(1, 9));
    await writeEvents(address, topic, [...events.slice(0, 6), 'no event', ...events.slice(6)]);
    const taker = new Taker();
    taker.answer = ({ position }) => (position === 4 ? 'refuse' : 'take');
    const group = open(topic, { take: taker.take });
    t.after(() => group.close());
    await taker.until((taken) => taken.length === 8);
    assert.deepEqual(taker.versionsOf('tea'), [1, 2, 3, 5, 6, 7, 8, 9]);
    assert.equal(taker.asked.get('j:4:0'), 5);
    const reader = new TopicReader(address, `${topic}.dead`);
    t.after(() => reader.close());
    await reader.until((messages) => messages.length === 2);
    const letters = reader.messages.map(({ key, headers, event }) => [key, headers, event]);
    const from = { 'dead-topic': topic, 'dead-partition': '0' };
    const why = { 'dead-reason': 'not wanted', 'dead-attempts': '5', 'dead-offset': '3' };
    assert.deepEqual(
      letters.find(([key]) => key === 'tea'),
      ['tea', { type: 'stock.received', ...why, ...from }, events[3]],
    );
    const odd = { 'dead-reason': 'not-an-event', 'dead-attempts': '0', 'dead-offset': '6' };
    assert.deepEqual(
      letters.find(([key]) => key === 'odd'),
      ['odd', { ...odd, ...from }, undefined],
    );
    await group.close();
    assert.equal(group.status().dead, 2);
  });

  test('waits for a taker that cannot now, and leaves nothing out', async (t) => {
    const topic = await freshTopic(address, { partitions: 1 });
    await writeEvents(address, topic, of('tea', numbers(1, 4)));
    const taker = new Taker();
    taker.answer = ({ id, position }) =>
      position === 3 && taker.asked.get(id)! < 12 ? 'throw' : 'take';
    const errors: unknown[] = [];
    const group = open(topic, { take: taker.take, onError: (error) => errors.push(error) });
    t.after(() => group.close());
    await taker.until((taken) => taken.length === 4);
    assert.deepEqual(taker.versionsOf('tea'), numbers(1, 4));
    assert.ok(errors.length >= 11, String(errors.length));
    await group.close();
    assert.equal(group.status().dead, 0);
  });

  test('shares the products among its members; who leaves, leaves no gap', async (t) => {
    const topic = await freshTopic(address);
    const name = freshName('group');
    const pools = numbers(1, 12).map((number) => `pool${number}`);
    const round = (from: number, to: number) =>
      numbers(from, to).flatMap((version) => pools.map((pool) => toldEvent({ pool, version })));
    const takers = [new Taker(), new Taker()];
    const groups = takers.map(({ take }) => open(topic, { take, group: name }));
    t.after(() => Promise.all(groups.map((group) => group.close())));
    const all = () => takers.flatMap(({ taken }) => taken);
    await takers[0]!.until(() => groups.every((group) => group.status().partitions === 2));
    await writeEvents(address, topic, round(1, 40));
    await takers[0]!.until((taken) => taken.some(({ position }) => position > 30));
    await groups[0]!.close();
    await writeEvents(address, topic, round(41, 60));
    await takers[1]!.until(() => all().length >= 12 * 60);
    for (const pool of pools) {
      const versions = takers.map((taker) => taker.versionsOf(pool));
      assert.deepEqual(
        versions.flat().sort((a, b) => a - b),
        numbers(1, 60),
        pool,
      );
      for (const taken of versions)
        assert.deepEqual(
          taken,
          taken.toSorted((a, b) => a - b),
          pool,
        );
    }
  });

  test('says what the topic does not keep any more, and goes on behind it', async (t) => {
    const topic = await freshTopic(address, { partitions: 1 });
    const name = freshName('group');
    await writeEvents(address, topic, of('tea', numbers(1, 3)));
    const taker = new Taker();
    const one = open(topic, { take: taker.take, group: name });
    await taker.until((taken) => taken.length === 3);
    await one.close();
    await writeEvents(address, topic, of('tea', numbers(4, 8)));
    const admin = new Admin({ clientId: 'holdfast-tests', bootstrapBrokers: [address] });
    const partitions = [{ partition: 0, offset: 6n }];
    await admin.deleteRecords({ topics: [{ name: topic, partitions }] });
    await admin.close();
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const other = open(topic, { take: taker.take, group: name, onError });
    t.after(() => other.close());
    await taker.until((taken) => taken.at(-1)?.position === 8);
    assert.deepEqual(taker.versionsOf('tea'), [1, 2, 3, 7, 8]);
    assert.match(String(errors), /partition 0 has lost the messages 3 to 5/);
  });
});
