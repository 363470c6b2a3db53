// The Kafka that other tests stand on: it is real, what was acknowledged outlives a kill, and no broker
// outlives its test.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { kafkaAnswers } from './kafka/server.ts';
import { freshName, freshTopic, type KafkaServer, ownKafkaMissing, startKafka } from './kafka.ts';

describe('a Kafka of a test', { skip: ownKafkaMissing() ?? false }, () => {
  let kafka: KafkaServer;
  before(async () => {
    const startMs = performance.now();
    kafka = await startKafka();
    console.log(`# a broker takes requests after ${Math.round(performance.now() - startMs)} ms`);
  });
  after(() => kafka?.remove());

  test('keeps what it acknowledged when it is killed', async () => {
    const topic = await freshTopic(kafka.address);
    const address = { clientId: 'holdfast-tests', bootstrapBrokers: [kafka.address] };
    const producer = new Producer({ ...address, serializers: stringSerializers });
    const messages = ['one', 'two'].map((value) => ({ topic, key: 'tea', value }));
    await producer.send({ messages, acks: -1 });
    await producer.close();
    await kafka.kill();
    assert.equal(await kafkaAnswers(kafka.address), false);
    await kafka.restart();
    const consumer = new Consumer({
      ...address,
      groupId: freshName('group'),
      deserializers: stringDeserializers,
    });
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
    const read: string[] = [];
    for await (const { value } of stream) if (read.push(value) === messages.length) break;
    await consumer.close(true);
    assert.deepEqual(read, ['one', 'two']);
  });

  test('is gone when it is removed', async () => {
    const mine = await startKafka();
    await mine.remove();
    assert.equal(await kafkaAnswers(mine.address), false);
  });
});
