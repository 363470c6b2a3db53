// Where Kafka is, as `--events` and HOLDFAST_EVENTS say it: brokers and a topic. Opens nothing.

export interface KafkaAddress {
  /** `host:port` each. */
  brokers: string[];
  topic: string;
  /** Of a topic that is not there yet; without it what the brokers take. */
  partitions?: number;
  tls?: boolean;
  user?: string;
  password?: string;
  mechanism?: SaslMechanism;
}

export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

const MECHANISMS: readonly SaslMechanism[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];
/** The parser of URLs knows no lists of hosts. */
const FORM = /^kafka:\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/([A-Za-z0-9._-]{1,249})(?:\?(.*))?$/;
const BROKER = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?$/;
const PORT = '9092';
const PARTITIONS_MAX = 10_000;

/** @throws RangeError with what is wrong. */
export function parseKafkaAddress(text: string): KafkaAddress {
  const [, account, hosts, topic, query] = FORM.exec(text) ?? [];
  if (hosts === undefined || topic === undefined || topic === '.' || topic === '..') {
    throw new RangeError('it must be an address such as kafka://127.0.0.1:9092/events');
  }
  const address: KafkaAddress = { brokers: hosts.split(',').map(readBroker), topic };
  if (account !== undefined) readAccount(account, address);
  for (const [name, value] of new URLSearchParams(query)) readOption({ name, value }, address);
  if (address.mechanism !== undefined && address.user === undefined) {
    throw new RangeError('sasl= needs a user: kafka://user:password@host:9092/events');
  }
  return address;
}

/** As it may be printed: without the password. */
export function shownKafkaAddress({ brokers, topic, user }: KafkaAddress): string {
  const account = user === undefined ? '' : `${encodeURIComponent(user)}:***@`;
  return `kafka://${account}${brokers.join(',')}/${topic}`;
}

function readBroker(text: string): string {
  if (!BROKER.test(text)) throw new RangeError(`"${text}" is no broker such as 127.0.0.1:9092`);
  return /:\d+$/.test(text) ? text : `${text}:${PORT}`;
}

function readAccount(text: string, address: KafkaAddress): void {
  const [user = '', password] = text.split(':');
  if (user === '' || password === undefined) {
    throw new RangeError('before the @ stands user:password');
  }
  address.user = decodeURIComponent(user);
  address.password = decodeURIComponent(password);
}

function readOption({ name, value }: { name: string; value: string }, address: KafkaAddress): void {
  if (name === 'partitions') {
    const count = Number(value);
    if (Number.isInteger(count) && count >= 1 && count <= PARTITIONS_MAX) {
      address.partitions = count;
      return;
    }
    throw new RangeError(`partitions= is a whole number up to ${PARTITIONS_MAX}`);
  }
  if (name === 'tls' && /^(true|false)$/.test(value)) {
    address.tls = value === 'true';
    return;
  }
  const mechanism = MECHANISMS.find((known) => known === value.toUpperCase());
  if (name === 'sasl' && mechanism !== undefined) {
    address.mechanism = mechanism;
    return;
  }
  throw new RangeError(`"${name}=${value}" is not known: partitions=12, tls=true, sasl=plain`);
}
