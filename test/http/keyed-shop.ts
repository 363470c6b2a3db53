// A served shop that asks for API keys: one key of each role, one that is revoked, and tokens that
// were never given out. Must not expect anything.

import { join } from 'node:path';
import { makeApiKey } from '../../src/http/access/api-key.ts';
import { changeKeyFile } from '../../src/http/access/key-file.ts';
import { KeyRing } from '../../src/http/access/key-ring.ts';
import { ROLES, type Role } from '../../src/http/access/roles.ts';
import type { ServerOptions } from '../../src/http/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ServedShop } from './served-shop.ts';

export interface KeyedShop {
  shop: ServedShop;
  ring: KeyRing;
  /** The token of a key of each role. */
  tokens: Record<Role, string>;
  revoked: string;
  close(): Promise<void>;
}

export function newKeyFile(): string {
  return join(temporaryFolder('keys'), 'shop.keys');
}

/** Puts a new key into the file; its token. */
export function addKey(path: string, role: Role, name?: string): string {
  const { key, token } = makeApiKey({ role, name }, new Date());
  changeKeyFile(path, (keys) => [...keys, key]);
  return token;
}

export function revokeKey(path: string, token: string): void {
  const revokedAt = new Date().toISOString();
  changeKeyFile(path, (keys) =>
    keys.map((key) => (key.id === idOf(token) ? { ...key, revokedAt } : key)),
  );
}

export function idOf(token: string): string {
  return token.slice(3, 15);
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

export async function openKeyedShop(options: Partial<ServerOptions> = {}): Promise<KeyedShop> {
  const path = newKeyFile();
  const entries = ROLES.map((role) => [role, addKey(path, role)]);
  const revoked = addKey(path, 'admin');
  revokeKey(path, revoked);
  const ring = await KeyRing.open(path);
  const shop = await ServedShop.open({ ...options, keys: ring });
  return {
    shop,
    ring,
    tokens: Object.fromEntries(entries),
    revoked,
    async close() {
      await shop.close();
      ring.close();
    },
  };
}
