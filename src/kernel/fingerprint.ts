// A 53-bit fingerprint of text: tells two commands under one idempotency key apart, and finds a key
// in an index. Not for secrets. Two 32-bit lanes of multiply-xor with a final mix (the finaliser of
// MurmurHash3, Austin Appleby, public domain).

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

function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
