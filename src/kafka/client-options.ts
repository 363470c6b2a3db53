// How every client of Kafka here is opened: short waits, because who asks tries again by itself.

import type { BaseOptions } from '@platformatic/kafka';
import type { KafkaAddress } from './address.ts';

const CONNECT_MAX_MS = 3_000;
const ANSWER_MAX_MS = 10_000;
const RETRIES = 2;
const RETRY_AFTER_MS = 200;

export function clientOptions(address: Omit<KafkaAddress, 'topic'>, clientId: string) {
  const options: BaseOptions = {
    clientId,
    bootstrapBrokers: address.brokers,
    connectTimeout: CONNECT_MAX_MS,
    requestTimeout: ANSWER_MAX_MS,
    timeout: ANSWER_MAX_MS,
    retries: RETRIES,
    retryDelay: RETRY_AFTER_MS,
  };
  if (address.tls === true) Object.assign(options, { tls: {}, tlsServerName: true });
  const { user: username, password, mechanism = 'PLAIN' } = address;
  if (username !== undefined && password !== undefined) {
    options.sasl = { mechanism, username, password };
  }
  return options;
}
