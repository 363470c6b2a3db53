// The address of a topic: what may stand in it, and what may be printed of it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseKafkaAddress, shownKafkaAddress } from '../../src/kafka/address.ts';
import { run } from '../cli/cli-process.ts';

const GOOD: [text: string, address: object, shown?: string][] = [
  ['kafka://127.0.0.1:9092/events', { brokers: ['127.0.0.1:9092'], topic: 'events' }],
  [
    'kafka://one,two:9093/shop.events?partitions=12',
    { brokers: ['one:9092', 'two:9093'], topic: 'shop.events', partitions: 12 },
    'kafka://one:9092,two:9093/shop.events',
  ],
  ['kafka://[::1]:9092/e', { brokers: ['[::1]:9092'], topic: 'e' }],
  [
    'kafka://shop:a%40b@broker/e?tls=true&sasl=scram-sha-256',
    {
      ...{ brokers: ['broker:9092'], topic: 'e', tls: true },
      ...{ user: 'shop', password: 'a@b', mechanism: 'SCRAM-SHA-256' },
    },
    'kafka://shop:***@broker:9092/e',
  ],
];

const BAD: [text: string, said: RegExp][] = [
  ['http://127.0.0.1/events', /such as kafka:\/\//],
  ['kafka://127.0.0.1:9092', /such as kafka:\/\//],
  ['kafka://127.0.0.1:9092/a/b', /such as kafka:\/\//],
  ['kafka://127.0.0.1:9092/..', /such as kafka:\/\//],
  ['kafka://host:port/events', /"host:port" is no broker/],
  ['kafka://host/events?partitions=0', /whole number/],
  ['kafka://host/events?speed=9', /"speed=9" is not known/],
  ['kafka://host/events?sasl=plain', /needs a user/],
  ['kafka://shop@host/events', /user:password/],
];

describe('the address of a topic', () => {
  for (const [text, address, shown = text] of GOOD) {
    test(`${text} is understood`, () => {
      assert.deepEqual(parseKafkaAddress(text), address);
      assert.equal(shownKafkaAddress(parseKafkaAddress(text)), shown);
    });
  }

  for (const [text, said] of BAD) {
    test(`${text} is refused`, () => {
      assert.throws(() => parseKafkaAddress(text), said);
    });
  }

  test('serve refuses what is none before it serves', async () => {
    const ended = await run(['serve', '--engine', 'memory:', '--events', 'kafka://nowhere']);
    assert.notEqual(ended.code, 0);
    assert.match(ended.stderr, /such as kafka:\/\/127.0.0.1:9092\/events/);
  });
});
