// Keys of commands: a new one where the caller has none, and the form in which a key travels in a
// header. A key is never changed once its command has been sent.

const KEY = /^[ -~]{1,256}$/;
/** Needs no quotes (RFC 8941, section 3.3.3, is the form for the others). */
const PLAIN = /^[!#-~][!-~]*$/;

export const KEY_EXPECTED = 'a key of 1 to 256 printable ASCII characters';

export function isKey(text: unknown): text is string {
  return typeof text === 'string' && KEY.test(text);
}

/** A random UUID. */
export function newKey(): string {
  // Browsers have it on secure origins only; a shop's own network may not be one.
  if (crypto.randomUUID !== undefined) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function headerOf(key: string): string {
  return PLAIN.test(key) ? key : `"${key.replace(/["\\]/g, '\\$&')}"`;
}
