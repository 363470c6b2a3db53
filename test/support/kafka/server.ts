// What every Kafka broker of the tests is, however it is run: one node that is broker and controller at
// once, its settings, and how one sees that it takes requests. Starts none itself.

import { setTimeout as delay } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';

/** A broker of a test's own, to be treated badly. Its address stays the same over restarts. */
export interface KafkaServer {
  /** `127.0.0.1:9092` */
  readonly address: string;
  /** Lets it end by itself. */
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Stops it where it stands: connections stay open, and nothing is answered until `goOn`. */
  pause(): void;
  goOn(): void;
  /** Starts it again after a stop or a kill; resolves when it takes requests. */
  restart(): Promise<void>;
  /** The end of what it wrote. */
  log(): string;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** Beside addresses and folders: alone, with few partitions, and no waiting for others. */
export const KAFKA_SETTINGS: Readonly<Record<string, string>> = {
  'node.id': '1',
  'process.roles': 'broker,controller',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'PLAINTEXT',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'num.partitions': '4',
  'auto.create.topics.enable': 'false',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'initial.broker.registration.timeout.ms': '60000',
};

export const READY_MAX_MS = 90_000;
const POLL_MS = 100;
const ANSWER_MAX_MS = 2_000;

/** Waits until it answers; false when it has died or `READY_MAX_MS` passed. */
export async function untilKafkaReady(address: string, died: () => boolean): Promise<boolean> {
  const startMs = performance.now();
  while (!died() && performance.now() - startMs < READY_MAX_MS) {
    if (await kafkaAnswers(address)) return true;
    await delay(POLL_MS);
  }
  return false;
}

export async function kafkaAnswers(address: string): Promise<boolean> {
  const admin = new Admin({
    clientId: 'holdfast-tests',
    bootstrapBrokers: [address],
    connectTimeout: ANSWER_MAX_MS,
    requestTimeout: ANSWER_MAX_MS,
    retries: 0,
  });
  try {
    await admin.listTopics();
    return true;
  } catch {
    return false;
  } finally {
    await admin.close().catch(() => {});
  }
}
