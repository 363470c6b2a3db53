// Opens a store that lies in several slots of one Redis or of a cluster: an engine for each slot, one record
// behind them all.

import { SlotsEngine } from '../slots/slots-engine.ts';
import { redisAddress } from './address.ts';
import { type OpenRedis, RedisEngine } from './redis-engine.ts';
import type { Remembering } from './remembering.ts';

export interface OpenSlots extends Omit<OpenRedis, 'remembering'> {
  /** What remembers each slot; the past is the same of all. Closed with the engine. */
  remembering: readonly Remembering[];
}

/** The name of one of so many slots, in keys and in the record. */
export function slotNames(count: number): string[] {
  return Array.from({ length: count }, (_, slot) => `${slot}-of-${count}`);
}

/** The address of each slot, which is a store by itself. */
export function slotAddresses(address: string): string[] {
  const { namespace, slots } = redisAddress(address);
  return slotNames(slots).map((name) => {
    const url = new URL(address);
    url.searchParams.set('namespace', `${namespace}.${name}`);
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
