// `kill -9` of the server between every step of an event's way to a topic: whoever goes on leaves nothing
// out, and what comes again is what it was.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RELAY_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { RELAY_FORMAT } from '../../../src/http/relay-format.ts';
import { KafkaPublisher } from '../../../src/kafka/kafka-publisher.ts';
import { EventRelay } from '../../../src/uses/relay/event-relay.ts';
import { judgeRelayed, wholeJournal, wholeOf } from '../../kafka/relayed-judge.ts';
import { TopicReader } from '../../support/kafka/topic-reader.ts';
import { freshName, kafkaMissing, provideKafka } from '../../support/kafka.ts';
import { CrashedServer } from '../uses/crashed-server.ts';

/** Longer than any lease of the server that died. */
const LATER_MS = 60_000;

describe('a server that relays dies', { skip: kafkaMissing() ?? false, timeout: 600_000 }, () => {
  for (const point of RELAY_CRASH_POINTS) {
    for (const count of point === 'relay-claimed' ? [1] : [1, 3]) {
      test(`at ${point}, passed ${count} times`, async (t) => {
        const [address, topic] = [await provideKafka(), freshName('events')];
        const crashed = await CrashedServer.at(point, {
          count,
          env: { HOLDFAST_EVENTS: `kafka://${address}/${topic}` },
          work: async (send) => {
            await send('PUT', '/v1/pools/tea', {});
            // Until it dies: how often it notes depends on time.
            while (true) await send('POST', '/v1/pools/tea/receive', { quantity: 1 });
          },
        });
        const { stock, time } = await crashed.open();
        t.after(() => stock.close());
        time.passMs(LATER_MS);
        const publisher = new KafkaPublisher({ brokers: [address], topic });
        const relay = EventRelay.open(stock, { publisher, format: RELAY_FORMAT });
        t.after(() => relay.close());
        const reader = new TopicReader(address, topic);
        t.after(() => reader.close());
        const journal = await wholeJournal(stock.engine);
        assert.ok(journal.length > 1, 'something was sold before it died');
        await reader.until(wholeOf(journal));
        const { wrong, repeated } = judgeRelayed(journal, reader.messages);
        assert.deepEqual(wrong, []);
        t.diagnostic(`${journal.length} entries, ${repeated} events again`);
      });
    }
  }
});
