// Finds what a Kafka broker can be started from: an image that docker has, or a Java runtime and the
// broker's jars. Only finds; fetches and starts nothing.

import { docker, dockerRuns } from '../postgres/docker.ts';
import { KAFKA_VERSION, type KafkaPrograms, kafkaPrograms } from './jars.ts';

export const KAFKA_IMAGE = `apache/kafka:${KAFKA_VERSION}`;

export type KafkaSource =
  | { kind: 'image'; image: string }
  | { kind: 'programs'; programs: KafkaPrograms };

let found: KafkaSource | undefined;

/** The first that is there. */
export function findKafka(): KafkaSource | undefined {
  found ??= imageSource() ?? programSource();
  return found;
}

/** As a person would call it. */
export function nameOfKafka(source: KafkaSource | undefined): string | undefined {
  if (source === undefined) return undefined;
  if (source.kind === 'image') return `docker image ${source.image}`;
  return `${source.programs.jars} with ${source.programs.java}`;
}

function imageSource(): KafkaSource | undefined {
  if (!dockerRuns()) return undefined;
  const listed = docker(['image', 'ls', '--quiet', KAFKA_IMAGE]) ?? '';
  return listed.trim() === '' ? undefined : { kind: 'image', image: KAFKA_IMAGE };
}

function programSource(): KafkaSource | undefined {
  const programs = kafkaPrograms();
  return programs === undefined ? undefined : { kind: 'programs', programs };
}
