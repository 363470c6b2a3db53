// The option that names the engine, and the opening of what it names. HOLDFAST_ENGINE stands in for
// it everywhere.

import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Option } from 'commander';
import type { Engine } from '../engines/contract.ts';
import type { PartAddress } from '../engines/coordinator/part-address.ts';
import { openEngine, type RedisOptions } from '../engines/open.ts';
import { HoldfastError } from '../errors.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { shownAddress } from './shown-address.ts';

export const ENGINE_DEFAULT = 'sqlite:./holdfast.db';

const SQLITE = 'sqlite:';

export function engineOption(byDefault: string = ENGINE_DEFAULT): Option {
  return new Option(
    '-e, --engine <address>',
    'where stock is kept: sqlite:PATH, postgres://user:password@host/database?schema=NAME, redis://host with --record, or memory:',
  )
    .env('HOLDFAST_ENGINE')
    .default(byDefault);
}

interface OpenNamed extends RedisOptions {
  /** Only one that is there already. */
  existing?: boolean;
  parts?: readonly PartAddress[] | undefined;
  /** Parts whose databases are others now. */
  moved?: readonly string[];
}

/** Opens the engine of an address. */
export async function openNamedEngine(
  address: string,
  { existing = false, parts = [], moved = [], ...redis }: OpenNamed = {},
): Promise<Engine> {
  const path = sqlitePath(address);
  if (existing && path !== undefined && !existsSync(path)) {
    throw new CommandFailure(`there is no store at ${path}`);
  }
  if (path !== undefined) requireFolder(path);
  try {
    return await openEngine(address, { existing, parts, moved, ...redis });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    if (error instanceof HoldfastError) {
      throw new CommandFailure(`cannot open ${shownAddress(address)}: ${error.message}`);
    }
    throw error;
  }
}

/** The file of an sqlite address. */
export function sqlitePath(address: string): string | undefined {
  return address.startsWith(SQLITE) ? address.slice(SQLITE.length) : undefined;
}

/** Says plainly what a mistyped path lacks, before anything is written beside the store. */
export function requireFolder(path: string): void {
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) throw new CommandFailure(`there is no folder ${folder} for a store`);
}
