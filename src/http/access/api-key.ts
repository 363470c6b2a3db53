// An API key: what its holder sends, and what is kept of it. Keeps only a SHA-256 hash: 256 random
// bits cannot be guessed from it, so a slow hash would cost every request and win nothing.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AttemptRate } from '../../kernel/sale.ts';
import type { Role } from './roles.ts';

/** What is kept of a key. */
export interface ApiKey {
  /** Names the key in lists, in the journal and to `revoke`; no secret. */
  id: string;
  role: Role;
  name?: string;
  /** Of the whole token, in hex. */
  sha256: string;
  createdAt: string;
  /** How often it may ask: `burst` at once, `perSecond` after that. */
  rate?: AttemptRate;
  revokedAt?: string;
}

/** `hf_`, the id, 256 random bits. */
const TOKEN = /^hf_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;
const NOBODY = '0'.repeat(64);

/** A new key, and the token that its holder sends: it cannot be shown again. */
export function makeApiKey(
  { role, name, rate }: { role: Role; name?: string | undefined; rate?: AttemptRate | undefined },
  now: Date,
): { key: ApiKey; token: string } {
  const id = randomBytes(6).toString('hex');
  const token = `hf_${id}_${randomBytes(32).toString('base64url')}`;
  const named = {
    ...(name === undefined ? {} : { name }),
    ...(rate === undefined ? {} : { rate }),
  };
  const sha256 = hash('sha256', token);
  return { key: { id, role, ...named, sha256, createdAt: now.toISOString() }, token };
}

/** The id of the key that a token claims to be; undefined for what is no token. */
export function idOfToken(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}

/** Takes as long for a key that does not exist as for one whose secret is wrong. */
export function isTokenOf(token: string, key: ApiKey | undefined): boolean {
  const expected = Buffer.from(key?.sha256 ?? NOBODY, 'hex');
  const same = timingSafeEqual(hash('sha256', token, 'buffer'), expected);
  return same && key !== undefined;
}
