// Opens the engine for a store in Redis, or rebuilds it, by its address and that of its record, as `--engine` and
// `--record` name them.

import type { Engine } from '../contract.ts';
import type { OpenOptions, RedisOptions } from '../open.ts';
import { redisAddress } from './address.ts';
import { openSlots, slotAddresses, slotNames } from './open-slots.ts';
import { type RebuildAnswer, type RebuildOptions, rebuildStore } from './rebuild-store.ts';
import { RecordedInPostgres } from './recorded-in-postgres.ts';
import { RedisEngine } from './redis-engine.ts';

/** @throws RangeError for an address that is none; HoldfastError `unavailable`, with the reason */
export async function openRedis(address: string, options: OpenOptions): Promise<Engine> {
  const { ack, leaseMs, time, existing = false } = options;
  const at = addressesOf(address, options);
  const timed = time === undefined ? {} : { time };
  const others = {
    ...timed,
    ...(ack === undefined ? {} : { ack }),
    ...(leaseMs === undefined ? {} : { leaseMs }),
    existing,
  };
  if (at.slots > 1) {
    const streams = slotNames(at.slots);
    const remembering = await RecordedInPostgres.openAll(at.record, streams, {
      ...timed,
      existing,
    });
    return openSlots(at.redis, { ...others, remembering });
  }
  const recording = { ...timed, existing, threaded: true };
  const remembering = await RecordedInPostgres.open(at.record, recording);
  return RedisEngine.open(at.redis, { ...others, remembering });
}

/**
 * Rebuilds a store from its record, also where another Redis still decides for it: that one may not any more.
 *
 * @throws RangeError for an address that is none; HoldfastError `unavailable`, `disk-full`
 */
export async function rebuildRedis(
  address: string,
  { onStep, ...options }: RedisOptions & Pick<RebuildOptions, 'onStep'>,
): Promise<RebuildAnswer> {
  const at = addressesOf(address, options);
  const told = {
    ...(onStep === undefined ? {} : { onStep }),
    ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
  };
  const isOne = at.slots === 1;
  const remembering = isOne
    ? [await RecordedInPostgres.open(at.record, { existing: true })]
    : await RecordedInPostgres.openAll(at.record, slotNames(at.slots), { existing: true });
  try {
    const answers = await Promise.all(
      slotAddresses(at.redis).map((address, slot) =>
        rebuildStore(address, { remembering: remembering[slot]!, closes: true, ...told }),
      ),
    );
    return together(answers);
  } finally {
    for (const each of remembering) await each.close();
  }
}

/** What came of all slots: what somebody else is still at comes before what is done. */
function together(answers: readonly RebuildAnswer[]): RebuildAnswer {
  const waiting = answers.find((each) => !each.ok && each.code !== 'standing');
  if (waiting !== undefined) return waiting;
  const [first, ...others] = answers.filter((each) => each.ok);
  if (first === undefined) return { ok: false, code: 'standing' };
  const all: typeof first = structuredClone(first);
  for (const { epoch, counts, drained, tookMs } of others) {
    all.epoch = Math.max(all.epoch, epoch);
    all.tookMs = Math.max(all.tookMs, tookMs);
    all.drained.batches += drained.batches;
    all.drained.revoked += drained.revoked;
    for (const kind of Object.keys(counts) as (keyof typeof counts)[]) {
      all.counts[kind] += counts[kind];
    }
  }
  return all;
}

function addressesOf(address: string, { record, namespace, isVolatile }: RedisOptions) {
  if (record === undefined || !/^postgres(ql)?:\/\//.test(record)) {
    throw new RangeError('a store in Redis needs what remembers it: --record postgres://...');
  }
  if (!URL.canParse(address)) redisAddress(address);
  const url = new URL(address);
  if (namespace !== undefined) url.searchParams.set('namespace', namespace);
  if (isVolatile === true) url.searchParams.set('volatile', 'true');
  // Before anything is opened.
  const { slots } = redisAddress(url.href);
  return { redis: url.href, record, slots };
}
