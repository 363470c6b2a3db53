// A Bloom filter of 1 KB over the buyers, references and owners of one block of documents (Bloom 1970):
// says of a key that it is not there, or that it may be. Must never deny a key that was added.

import type { Document, DocumentQuery } from '../contract.ts';

export const FILTER_BYTES = 1_024;

const BITS = FILTER_BYTES * 8;
/** One name may be a buyer, a reference and a pool: each field has hashes of its own. */
const [BUYER, REFERENCE, OWNER] = [0x811c9dc5, 0x9747b28c, 0x5bd1e995];

/** Adds a document's keys; whether the filter has changed. */
export function addKeys(filter: Uint8Array, document: Document): boolean {
  const { buyer, reference } = document;
  let changed = addOwners(filter, document);
  if (buyer !== undefined) changed = add(filter, hashOf(BUYER, buyer)) || changed;
  if (reference !== undefined) changed = add(filter, hashOf(REFERENCE, reference)) || changed;
  return changed;
}

export function addOwners(filter: Uint8Array, { owners = [] }: Document): boolean {
  let changed = false;
  for (let index = 0; index < owners.length; index += 1) {
    changed = add(filter, hashOf(OWNER, owners[index]!)) || changed;
  }
  return changed;
}

/** The hashes of what a query asks for; none where it asks for no key. */
export function hashesOf({ buyer, reference, owner }: DocumentQuery): number[] {
  const hashes: number[] = [];
  if (buyer !== undefined) hashes.push(hashOf(BUYER, buyer));
  if (reference !== undefined) hashes.push(hashOf(REFERENCE, reference));
  if (owner !== undefined) hashes.push(hashOf(OWNER, owner));
  return hashes;
}

export function mayHaveAll(filter: Uint8Array, hashes: readonly number[]): boolean {
  return hashes.every((hash) => has(filter, first(hash)) && has(filter, second(hash)));
}

function add(filter: Uint8Array, hash: number): boolean {
  const a = first(hash);
  const b = second(hash);
  if (has(filter, a) && has(filter, b)) return false;
  filter[a >>> 3]! |= 1 << (a & 7);
  filter[b >>> 3]! |= 1 << (b & 7);
  return true;
}

function has(filter: Uint8Array, bit: number): boolean {
  return (filter[bit >>> 3]! & (1 << (bit & 7))) !== 0;
}

function first(hash: number): number {
  return hash & (BITS - 1);
}

function second(hash: number): number {
  return (hash >>> 16) & (BITS - 1);
}

/** FNV-1a over UTF-16 units, mixed as MurmurHash3 ends. */
function hashOf(seed: number, text: string): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
