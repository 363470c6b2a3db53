// Leaving a group in the middle of joining it again, which is when the client library loses sight of its heartbeat.

import assert from 'node:assert/strict';
import { tracingChannel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Consumer } from '@platformatic/kafka';
import { clientOptions } from '../../src/kafka/client-options.ts';
import { leave } from '../../src/kafka/leave.ts';
import { freshName, freshTopic, kafkaMissing, provideKafka } from '../support/kafka.ts';

interface Traced {
  client?: unknown;
  operation?: string;
}

const HEARTBEAT_MS = 250;

describe('a member that leaves while it joins again', { skip: kafkaMissing() ?? false }, () => {
  test('has no heartbeat after it', async (t) => {
    const broker = await provideKafka();
    const [topic, groupId] = [await freshTopic(broker), freshName('group')];
    const opened = () => {
      const consumer = new Consumer({
        ...clientOptions({ brokers: [broker] }, groupId),
        ...{ groupId, sessionTimeout: 2_000, heartbeatInterval: HEARTBEAT_MS },
      });
      consumer.topics.track(topic);
      t.after(() => leave(consumer));
      return consumer;
    };
    const [first, second] = [opened(), opened()];
    await first.joinGroup({});
    // The broker has said who is in the group; what each of them gets is asked for, and answered after the leave.
    const leaving = new Promise<void>((resolve) => {
      const noted = ({ client, operation }: Traced) => {
        if (client !== first || operation !== 'syncGroup') return;
        group.unsubscribe({ end: noted } as never);
        resolve(leave(first));
      };
      const group = tracingChannel('plt:kafka:consumer:group');
      group.subscribe({ end: noted } as never);
    });
    const joining = second.joinGroup({});
    await leaving;
    let beats = 0;
    const emitter = first as NodeJS.EventEmitter;
    for (const event of ['start', 'cancel', 'error']) {
      emitter.on(`consumer:heartbeat:${event}`, () => {
        beats += 1;
      });
    }
    await joining;
    for (let beat = 0; beat < 4; beat += 1) await once(second, 'consumer:heartbeat:end');
    assert.equal(beats, 0);
  });
});
