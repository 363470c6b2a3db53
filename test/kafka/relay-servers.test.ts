// Several servers on one PostgreSQL database and one topic: one relays, nothing comes twice while nobody
// dies, and another takes over from one that goes or stands still. And a broker that is away, also when the
// server starts.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import { RELAY_FORMAT } from '../../src/http/relay-format.ts';
import { KafkaPublisher } from '../../src/kafka/kafka-publisher.ts';
import { Stock } from '../../src/stock.ts';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import type { EventRelay } from '../../src/uses/relay/event-relay.ts';
import { ServedShop } from '../http/served-shop.ts';
import { TopicReader } from '../support/kafka/topic-reader.ts';
import {
  freshName,
  kafkaMissing,
  ownKafkaMissing,
  provideKafka,
  startKafka,
} from '../support/kafka.ts';
import { freshSchema, postgresMissing } from '../support/postgres.ts';
import { RunningTime } from '../support/running-time.ts';
import { accepted } from '../support/shop.ts';
import { judgeRelayed, wholeJournal, wholeOf } from './relayed-judge.ts';

const LOOK_EVERY_MS = 20;
const LEASE_MS = 3_000;

interface Server {
  stock: Stock;
  uses: Uses;
  relay: EventRelay;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(LOOK_EVERY_MS);
}

describe('servers that relay', { timeout: 600_000 }, () => {
  const skip = kafkaMissing() ?? postgresMissing() ?? false;

  test('one of them does, and another takes over', { skip }, async (t) => {
    const [kafka, { address }, topic] = [
      await provideKafka(),
      await freshSchema(),
      freshName('events'),
    ];
    const openServer = async (): Promise<Server> => {
      const stock = await Stock.open(await PostgresEngine.open(address));
      const publisher = new KafkaPublisher({ brokers: [kafka], topic });
      const relay = { publisher, format: RELAY_FORMAT, leaseMs: LEASE_MS };
      const uses = await openUses(stock, { relay });
      return { stock, uses, relay: uses.relay! };
    };
    const servers = [await openServer(), await openServer(), await openServer()];
    t.after(async () => {
      for (const { uses, stock } of servers) {
        await uses.close();
        await stock.close();
      }
    });
    const [one] = servers as [Server, Server, Server];
    accepted(await one.stock.putPool({ pool: 'tea' }));
    accepted(await one.stock.receive({ pool: 'tea', quantity: 1_000 }));
    const buy = (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, index) => {
          const { uses } = servers[index % servers.length]!;
          return uses.orders.checkout({ lines: [{ pool: 'tea', quantity: 1 }] });
        }),
      );
    const reader = new TopicReader(kafka, topic);
    t.after(() => reader.close());
    const arrived = async () => {
      const journal = await wholeJournal(servers[0]!.stock.engine);
      await reader.until(wholeOf(journal));
      return judgeRelayed(journal, reader.messages);
    };
    await buy(90);
    const first = await arrived();
    assert.deepEqual([first.wrong, first.repeated], [[], 0]);
    const states = () => servers.map(({ relay }) => relay.status().state).sort();
    assert.deepEqual(states(), ['relaying', 'standby', 'standby']);

    // In good order: at once, and nothing comes again.
    const leaving = servers.find(({ relay }) => relay.status().state === 'relaying')!;
    servers.splice(servers.indexOf(leaving), 1);
    await leaving.uses.close();
    await leaving.stock.close();
    await buy(60);
    const second = await arrived();
    assert.deepEqual([second.wrong, second.repeated], [[], 0]);
    assert.deepEqual(states(), ['relaying', 'standby']);
  });

  test('a broker that is away keeps nobody from buying', {
    skip: ownKafkaMissing() ?? false,
  }, async (t) => {
    const kafka = await startKafka();
    t.after(() => kafka.remove());
    await kafka.kill();
    const topic = freshName('events');
    const publisher = new KafkaPublisher({ brokers: [kafka.address], topic });
    const shop = await ServedShop.open({ publisher });
    t.after(() => shop.close());
    const readiness = async () => (await shop.get('/readyz')).body;
    const buy = async () => {
      const lines = [{ pool: 'tea', quantity: 1 }];
      assert.equal((await shop.post('/v1/reservations', { lines })).status, 201);
    };
    await shop.put('/v1/pools/tea', {});
    await shop.post('/v1/pools/tea/receive', { quantity: 100 });
    await buy();
    await until(async () => (await readiness()).events.state === 'away');
    const { status, events } = await readiness();
    assert.deepEqual([status, events.behind > 0], ['ready', true]);
    assert.equal(events.to, `kafka://${kafka.address}/${topic}`);
    assert.match(events.reason, /ECONNREFUSED/);
    await kafka.restart();
    const reader = new TopicReader(kafka.address, topic);
    t.after(() => reader.close());
    const arrived = async () => {
      const journal = await wholeJournal(shop.stock.engine);
      await reader.until(wholeOf(journal));
      assert.deepEqual(judgeRelayed(journal, reader.messages).wrong, []);
    };
    await arrived();
    await until(async () => (await readiness()).events.behind <= 1);
    assert.equal((await readiness()).events.state, 'relaying');
    await kafka.stop();
    for (let count = 0; count < 20; count += 1) await buy();
    await kafka.restart();
    await arrived();
  });

  test('a server stops while the broker stands still', {
    skip: ownKafkaMissing() ?? false,
  }, async (t) => {
    const kafka = await startKafka();
    t.after(() => kafka.remove());
    const publisher = new KafkaPublisher({ brokers: [kafka.address], topic: 'events' });
    const shop = await ServedShop.open({ publisher });
    await shop.put('/v1/pools/tea', {});
    await until(async () => (await shop.get('/readyz')).body.events.state === 'relaying');
    kafka.pause();
    await shop.post('/v1/pools/tea/receive', { quantity: 100 });
    const time = new RunningTime();
    await shop.close();
    const tookMs = time.stop();
    kafka.goOn();
    assert.ok(tookMs < 15_000, `${tookMs} ms`);
  });
});
