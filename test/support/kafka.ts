// A real Kafka for tests: one broker for all tests of a run, in which each test takes topics of its own,
// and brokers that a test has to itself, to be stopped and killed. No test names a broker in any other
// way.

import { randomBytes } from 'node:crypto';
import { Admin } from '@platformatic/kafka';
import { ContainerKafka } from './kafka/container-server.ts';
import { findKafka } from './kafka/find.ts';
import { KAFKA_ADVICE } from './kafka/jars.ts';
import { ProgramKafka } from './kafka/program-server.ts';
import type { KafkaServer } from './kafka/server.ts';
import { missing } from './needs.ts';

export type { KafkaServer } from './kafka/server.ts';

/** The address of a running broker, `host:port`; test/run.ts sets it, or whoever has one. */
export const KAFKA_VARIABLE = 'HOLDFAST_TEST_KAFKA';

/** Why a test that needs Kafka is skipped; undefined when it is there, or CI forbids skipping. */
export function kafkaMissing(): string | undefined {
  return missing('kafka');
}

/** The same for a test that starts brokers of its own: an address is not enough for that. */
export function ownKafkaMissing(): string | undefined {
  if (findKafka() !== undefined || process.env.CI) return undefined;
  return `needs docker, or ${KAFKA_ADVICE}`;
}

let shared: Promise<KafkaServer> | undefined;

/** The broker that all tests of a run share; it goes with this process. */
export async function provideKafka(): Promise<string> {
  const named = process.env[KAFKA_VARIABLE];
  if (named !== undefined) return named;
  shared ??= startKafka();
  return (await shared).address;
}

/** Lets the processes that this one starts use its broker. Returns how to end it. */
export async function shareKafka(): Promise<() => Promise<void>> {
  process.env[KAFKA_VARIABLE] = await provideKafka();
  return async () => (await shared)?.remove();
}

/** A broker of the test's own. Call `remove` when done; it goes with this process at the latest. */
export async function startKafka(): Promise<KafkaServer> {
  const source = findKafka();
  if (source === undefined) throw new Error('no Kafka: neither docker with an image nor programs');
  return source.kind === 'image'
    ? ContainerKafka.start(source.image)
    : ProgramKafka.start(source.programs);
}

/** A name that no other topic or group has. */
export function freshName(of: string): string {
  return `${of}-${randomBytes(6).toString('hex')}`;
}

/** Makes a topic that nobody else has; its name. */
export async function freshTopic(
  address: string,
  { partitions = 4, of = 'events' }: { partitions?: number; of?: string } = {},
): Promise<string> {
  const topic = freshName(of);
  const admin = new Admin({ clientId: 'holdfast-tests', bootstrapBrokers: [address] });
  try {
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
    return topic;
  } finally {
    await admin.close();
  }
}
