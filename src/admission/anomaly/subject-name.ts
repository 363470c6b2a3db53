// What a subject is kept under while it is watched, and how it is shown.

import { type Address, formatPrefix, householdOf } from '../../kernel/address.ts';
import { hashOf } from './sliding-counts.ts';

/** What a subject is kept under: an address as a number, of IPv6 its household's, another one as it is called. */
export type Name = string | number | bigint;

/** Writing an address in its one form took half of an attempt: only what is shown is written so. */
export function householdName(address: Address): number | bigint {
  const { bits, value } = householdOf(address);
  return bits === 32 ? Number(value) : value;
}

export function shown(name: Name): string {
  if (typeof name === 'string') return name;
  if (typeof name === 'number') return formatPrefix({ bits: 32, length: 32, value: BigInt(name) });
  return formatPrefix(householdOf({ bits: 128, length: 128, value: name }));
}

export function hashOfName(name: Name): number {
  return typeof name === 'number' ? name : hashOf(String(name));
}
