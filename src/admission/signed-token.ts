// Tokens that say something by themselves: what they carry, signed with HMAC-SHA256 (RFC 2104) under a secret.
// A token is of one kind, and read as no other. Keeps nothing: who must take one only once keeps that.

import {
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { JsonObject } from '../engines/contract.ts';

/** Longer texts are no tokens of ours, and are not hashed. */
const TOKEN_MAX = 2_048;
/** A random number of so many bits stays a whole number, below every moment in microseconds of our days. */
const LOT_BYTES = 6;

export class TokenSigner {
  readonly #key: KeyObject;

  /** Without a secret it makes one of its own, which nobody else has and which is gone with it. */
  constructor(secret?: string) {
    if (secret === '') throw new RangeError('a secret must have at least one character');
    this.#key = createSecretKey(secret === undefined ? randomBytes(32) : Buffer.from(secret));
  }

  /** What it carries can be read by whoever has it, and changed by nobody. */
  sign(kind: string, payload: JsonObject): string {
    const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `${body}.${this.#seal(kind, body).toString('base64url')}`;
  }

  /** What was signed as a token of this kind; undefined for anything else. */
  read(kind: string, token: string): JsonObject | undefined {
    const dot = token.indexOf('.');
    if (dot < 1 || token.length > TOKEN_MAX) return undefined;
    const body = token.slice(0, dot);
    const written = Buffer.from(token.slice(dot + 1));
    // As text: several texts decode to the same bytes, and a token has one form.
    const right = Buffer.from(this.#seal(kind, body).toString('base64url'));
    if (written.length !== right.length || !timingSafeEqual(written, right)) return undefined;
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as JsonObject;
  }

  /** A number that nobody can foretell, from 0 to 2^48, and always the same for the same names. */
  lot(kind: string, ...names: string[]): number {
    return this.#seal(kind, JSON.stringify(names)).readUIntBE(0, LOT_BYTES);
  }

  #seal(kind: string, text: string): Buffer {
    return createHmac('sha256', this.#key).update(`${kind}\n${text}`).digest();
  }
}
