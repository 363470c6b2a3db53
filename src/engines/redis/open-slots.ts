// Opens a store that lies in several slots of one Redis or of a cluster: an engine for each slot, one record
// behind them all.

import { SlotsEngine } from '../slots/slots-engine.ts';
import { redisAddress } from './address.ts';
import { KEY_SLOTS, keySlot } from './key-slot.ts';
import { type OpenRedis, RedisEngine } from './redis-engine.ts';
import type { Remembering } from './remembering.ts';

export interface OpenSlots extends Omit<OpenRedis, 'remembering'> {
  /** What remembers each slot; the past is the same of all. Closed with the engine. */
  remembering: readonly Remembering[];
}

/** The names of so many slots in the record. */
export function slotNames(count: number): string[] {
  return Array.from({ length: count }, (_, slot) => `${slot}-of-${count}`);
}

/**
 * What each slot of a store is called in keys. The first share of the store's slots is in the first share of a
 * cluster's, and so on, so that masters with as many of those each have as many stores.
 */
export function slotNamespaces(namespace: string, count: number): string[] {
  return slotNames(count).map((name, slot) => {
    const [first, next] = [slot, slot + 1].map((at) => Math.floor((at * KEY_SLOTS) / count));
    for (let salt = 0; ; salt += 1) {
      const called = `${namespace}.${name}${salt === 0 ? '' : `.${salt}`}`;
      const at = keySlot(called);
      if (first! <= at && at < next!) return called;
    }
  });
}

/** The address of each slot, which is a store by itself; of a store in one slot its own. */
export function slotAddresses(address: string): string[] {
  const { namespace, slots } = redisAddress(address);
  if (slots === 1) return [address];
  return slotNamespaces(namespace, slots).map((own) => {
    const url = new URL(address);
    url.searchParams.set('namespace', own);
    url.searchParams.delete('slots');
    return url.href;
  });
}

/** @throws HoldfastError `unavailable`; RangeError for what is no address */
export async function openSlots(address: string, options: OpenSlots): Promise<SlotsEngine> {
  const { remembering, ...others } = options;
  const opened = await Promise.allSettled(
    slotAddresses(address).map((own, slot) =>
      RedisEngine.open(own, { ...others, remembering: remembering[slot]! }),
    ),
  );
  const slots = opened.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const failed = opened.find((each) => each.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(slots.map((slot) => slot.close()));
    throw failed.reason;
  }
  const { past } = remembering[0]!;
  return new SlotsEngine({ name: 'redis', slots, past, close: async () => {} });
}
