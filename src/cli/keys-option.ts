// The option that names the file of API keys, and the opening of what it names. Without it the file
// lies beside the store. HOLDFAST_KEYS stands in for it everywhere.

import { Option } from 'commander';
import { KeyFileTrouble } from '../http/access/key-file.ts';
import { KeyRing } from '../http/access/key-ring.ts';
import { isLoopback } from '../http/loopback-only.ts';
import { sqlitePath } from './engine-option.ts';
import { CommandFailure, UsageError } from './failure.ts';

export interface KeysAddress {
  keys?: string;
  engine: string;
}

export function keysOption(): Option {
  return new Option(
    '--keys <file>',
    'file of API keys (default: PATH.keys beside a store at sqlite:PATH)',
  ).env('HOLDFAST_KEYS');
}

/** Where the keys are; undefined for a store that has no files where none is named. */
export function keysPath({ keys, engine }: KeysAddress): string | undefined {
  const store = sqlitePath(engine);
  return keys ?? (store === undefined ? undefined : `${store}.keys`);
}

/** The keys of a server. Refuses to start one that others reach and that asks nobody for a key. */
export async function openKeys(
  options: KeysAddress & { host: string },
): Promise<KeyRing | undefined> {
  const path = keysPath(options);
  const ring = path === undefined ? undefined : await openRing(path);
  if (ring?.required === true) return ring;
  const create = `holdfast keys create --role admin --keys ${path ?? 'FILE'}`;
  if (options.keys !== undefined) {
    throw new UsageError(`there are no API keys in ${options.keys}; make one with "${create}"`);
  }
  if (isLoopback(options.host)) return ring;
  throw new UsageError(
    `other machines can reach ${options.host}, so requests need API keys, and there are none; ` +
      `make one with "${create}"${path === undefined ? ' and say --keys FILE here' : ''}, ` +
      'or listen on 127.0.0.1',
  );
}

async function openRing(path: string): Promise<KeyRing> {
  try {
    return await KeyRing.open(path);
  } catch (error) {
    if (error instanceof KeyFileTrouble) throw new CommandFailure(error.message);
    throw error;
  }
}
