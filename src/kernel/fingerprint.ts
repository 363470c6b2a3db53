// 53-bit fingerprints: of texts, to find an idempotency key in an index, and of a command, to tell
// two commands under one key apart. Not for secrets. Two 32-bit lanes of multiply-xor with a final
// mix (the finaliser of MurmurHash3, Austin Appleby, public domain).

import type { Json } from '../engines/contract.ts';

/** Fingerprint of the texts in order; `['ab', 'c']` and `['a', 'bc']` differ. */
export function fingerprint(...texts: readonly string[]): number {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      low = Math.imul(low ^ code, 0x9e3779b1);
      high = Math.imul(high ^ code, 0x5f356495);
    }
    low = Math.imul(low ^ 0x10001, 0x9e3779b1);
    high = Math.imul(high ^ 0x10001, 0x5f356495);
  }
  low = mix(low ^ mix(high));
  high = mix(high ^ low);
  return (high & 0x1fffff) * 0x1_0000_0000 + low;
}

/**
 * Fingerprint of a command as base 36 text. The order of an object's fields does not matter, and a
 * field that is undefined is as good as none; the order of a list does.
 */
export function commandFingerprint(verb: string, command: object): string {
  return fingerprint(verb, canonical(command as Json)).toString(36);
}

function canonical(value: Json): string {
  if (typeof value === 'string') return `"${value.length}:${value}`;
  if (typeof value !== 'object' || value === null) return `${value}`;
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${canonical(item)},`;
    return `[${text}]`;
  }
  for (const key of orderedKeys(value)) {
    const field = value[key];
    if (field !== undefined) text += `${key.length}:${key}=${canonical(field)},`;
  }
  return `{${text}}`;
}

function orderedKeys(value: object): string[] {
  const keys = Object.keys(value);
  return keys.length > 1 ? keys.sort() : keys;
}

function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
