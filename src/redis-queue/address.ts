// Where a queue of orders in Redis is, as `--queue` and HOLDFAST_QUEUE say it: a Redis, the queue's name, and
// how many streams it has. Opens nothing.

export interface RedisQueueAddress {
  /** As the driver takes it. */
  url: string;
  queue: string;
  streams: number;
  /** For how long turns that are decided are kept. */
  keepMs: number;
}

const NAME = /^[A-Za-z0-9_.:-]{1,64}$/;
const NAME_DEFAULT = 'holdfast';
const STREAMS_DEFAULT = 16;
const STREAMS_MAX = 1_024;
/** Parameters that are not the driver's. */
const OWN = ['queue', 'streams', 'keepMs'];

/** @throws RangeError with what is wrong. */
export function parseRedisQueue(text: string): RedisQueueAddress {
  if (!URL.canParse(text)) {
    throw new RangeError('it must be an address such as redis://127.0.0.1:6379/0?queue=shop');
  }
  const url = new URL(text);
  const given = (name: string) => url.searchParams.get(name) ?? undefined;
  const queue = given('queue') ?? NAME_DEFAULT;
  const streams = Number(given('streams') ?? STREAMS_DEFAULT);
  const keepMs = Number(given('keepMs') ?? 0);
  for (const name of OWN) url.searchParams.delete(name);
  if (!NAME.test(queue)) {
    throw new RangeError(`"${queue}" is no name of a queue: 1 to 64 of A-Z a-z 0-9 _ . : -`);
  }
  if (!Number.isInteger(streams) || streams < 1 || streams > STREAMS_MAX) {
    throw new RangeError(`streams= is a whole number up to ${STREAMS_MAX}`);
  }
  if (!Number.isSafeInteger(keepMs) || keepMs < 0) {
    throw new RangeError('keepMs= is a number of milliseconds');
  }
  return { url: url.href, queue, streams, keepMs };
}

/** As it may be printed: without the password. */
export function shownRedisQueue({ url, queue }: RedisQueueAddress): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  shown.searchParams.set('queue', queue);
  return shown.href;
}
