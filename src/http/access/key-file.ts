// The file that API keys are kept in: JSON, readable by its owner alone, replaced as a whole so that
// no reader ever meets half of it. Holds no secrets, only their hashes. Judges nobody.

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { ApiKey } from './api-key.ts';
import { ROLES } from './roles.ts';

/** The file cannot be read, is no key file, or cannot be written. */
export class KeyFileTrouble extends Error {
  override readonly name = 'KeyFileTrouble';
}

const FORMAT = 1;
const OWNER_ONLY = 0o600;

/** Keys, revoked ones too; undefined where there is no file. @throws KeyFileTrouble */
export function readKeyFile(path: string): ApiKey[] | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new KeyFileTrouble(`cannot read the keys in ${path} (${code})`);
  }
  try {
    const { format, keys } = JSON.parse(text) as { format: unknown; keys: unknown };
    if (format === FORMAT && Array.isArray(keys) && keys.every(isApiKey)) return keys;
  } catch {
    // Said below.
  }
  throw new KeyFileTrouble(`${path} is not a file of API keys, or a damaged one`);
}

/**
 * Replaces the keys by what `change` makes of them. Two changes at once: the second is refused.
 *
 * @throws KeyFileTrouble
 */
export function changeKeyFile(path: string, change: (keys: readonly ApiKey[]) => ApiKey[]): void {
  const next = `${path}.next`;
  const file = openNew(next);
  try {
    const keys = change(readKeyFile(path) ?? []);
    writeFileSync(file, `${JSON.stringify({ format: FORMAT, keys }, null, 2)}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** The new file is also the lock: it can be made once. */
function openNew(next: string): number {
  try {
    return openSync(next, 'wx', OWNER_ONLY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new KeyFileTrouble(
      existsSync(next)
        ? `somebody else is changing the keys; if nobody is, delete ${next}`
        : `cannot write ${next} (${code})`,
    );
  }
}

/** A file that was renamed into it is there after a loss of power. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function isApiKey(value: unknown): value is ApiKey {
  const { id, role, name, sha256, createdAt, revokedAt, rate } = (value ?? {}) as Record<
    string,
    unknown
  >;
  return (
    typeof id === 'string' &&
    /^[0-9a-f]{12}$/.test(id) &&
    (ROLES as readonly unknown[]).includes(role) &&
    (name === undefined || typeof name === 'string') &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    typeof createdAt === 'string' &&
    (revokedAt === undefined || typeof revokedAt === 'string') &&
    (rate === undefined || isRate(rate))
  );
}

function isRate(value: unknown): boolean {
  const { perSecond, burst } = (value ?? {}) as Record<string, unknown>;
  return Number(perSecond) > 0 && Number.isInteger(burst) && Number(burst) >= 1;
}
