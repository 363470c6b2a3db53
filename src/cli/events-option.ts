// The option that says where every event goes, and the opening of that place. HOLDFAST_EVENTS stands in for
// it. Reaches nothing yet: the server starts while the place is away.

import { InvalidArgumentError, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import { type KafkaAddress, parseKafkaAddress } from '../kafka/address.ts';
import { openKafka } from '../kafka/open-kafka.ts';
import type { EventPublisher } from '../uses/relay/event-publisher.ts';
import { CommandFailure } from './failure.ts';

export interface EventsOptions {
  events?: KafkaAddress;
}

export function eventsOption(): Option {
  return new Option(
    '--events <address>',
    'where every event goes: kafka://host:9092/topic, kafka://user:password@host/topic?tls=true',
  )
    .env('HOLDFAST_EVENTS')
    .argParser(readAddress);
}

export async function openEvents({ events }: EventsOptions): Promise<EventPublisher | undefined> {
  if (events === undefined) return undefined;
  try {
    return await openKafka(events);
  } catch (error) {
    if (error instanceof HoldfastError) throw new CommandFailure(`--events: ${error.message}`);
    throw error;
  }
}

function readAddress(text: string): KafkaAddress {
  try {
    return parseKafkaAddress(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}
