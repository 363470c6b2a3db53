// Opens the engine for a store in Redis by its address and that of its record, as `--engine` and `--record`
// name them.

import type { OpenOptions } from '../open.ts';
import { redisAddress } from './address.ts';
import { RecordedInPostgres } from './recorded-in-postgres.ts';
import { RedisEngine } from './redis-engine.ts';

/** @throws RangeError for an address that is none; HoldfastError `unavailable`, with the reason */
export async function openRedis(address: string, options: OpenOptions): Promise<RedisEngine> {
  const { record, namespace, isVolatile, ack, time, existing = false } = options;
  if (record === undefined || !/^postgres(ql)?:\/\//.test(record)) {
    throw new RangeError('a store in Redis needs what remembers it: --record postgres://...');
  }
  if (!URL.canParse(address)) throw new RangeError('this is no address of a Redis');
  const url = new URL(address);
  if (namespace !== undefined) url.searchParams.set('namespace', namespace);
  if (isVolatile === true) url.searchParams.set('volatile', 'true');
  // Before anything is opened.
  redisAddress(url.href);
  const timed = time === undefined ? {} : { time };
  const remembering = await RecordedInPostgres.open(record, { ...timed, existing });
  return RedisEngine.open(url.href, {
    ...timed,
    ...(ack === undefined ? {} : { ack }),
    remembering,
    existing,
  });
}
