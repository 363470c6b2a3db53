// 53-bit fingerprints: of texts, to find an idempotency key in an index, and of a command, to tell
// two commands under one key apart. Not for secrets. Two 32-bit lanes of multiply-xor with a final
// mix (the finaliser of MurmurHash3, Austin Appleby, public domain).

import type { Json } from '../engines/contract.ts';

const LOW = 0x9e3779b1;
const HIGH = 0x5f356495;

/** Fingerprint of the texts in order; `['ab', 'c']` and `['a', 'bc']` differ. */
export function fingerprint(...texts: readonly string[]): number {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      low = Math.imul(low ^ code, LOW);
      high = Math.imul(high ^ code, HIGH);
    }
    low = Math.imul(low ^ 0x10001, LOW);
    high = Math.imul(high ^ 0x10001, HIGH);
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
  const low = valueMark(command as Json, seed(verb, LOW), LOW);
  const high = valueMark(command as Json, seed(verb, HIGH), HIGH);
  return ((high & 0x1fffff) * 0x1_0000_0000 + low).toString(36);
}

function seed(text: string, factor: number): number {
  let mark = 0x2545f491;
  for (let index = 0; index < text.length; index += 1) {
    mark = Math.imul(mark ^ text.charCodeAt(index), factor);
  }
  return mark;
}

/** One lane's mark of a value that stands at `place`. */
function valueMark(value: Json | undefined, place: number, factor: number): number {
  switch (typeof value) {
    case 'string':
      return mix(Math.imul(place ^ 1, factor) ^ seed(value, factor));
    case 'number':
      return numberMark(value, place, factor);
    case 'boolean':
      return mix(Math.imul(place ^ (value ? 3 : 4), factor));
    case 'object':
      break;
    default:
      return mix(place);
  }
  if (value === null) return mix(Math.imul(place ^ 5, factor));
  if (Array.isArray(value)) {
    let mark = Math.imul(place ^ 6, factor);
    for (const item of value) mark = valueMark(item, Math.imul(mark, factor) ^ 7, factor);
    return mix(mark ^ value.length);
  }
  // A sum does not mind the order of the fields.
  let sum = 0;
  for (const key in value) {
    if (value[key] === undefined) continue;
    sum = (sum + valueMark(value[key], seed(key, factor), factor)) | 0;
  }
  return mix(Math.imul(place ^ 8, factor) ^ sum);
}

function numberMark(value: number, place: number, factor: number): number {
  if (!Number.isSafeInteger(value))
    return mix(Math.imul(place ^ 9, factor) ^ seed(`${value}`, factor));
  const high = Math.floor(value / 0x1_0000_0000);
  return mix(Math.imul(place ^ 2, factor) ^ Math.imul(value | 0, LOW) ^ Math.imul(high, HIGH));
}

function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
