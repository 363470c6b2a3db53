// Reads secrets from the environment or from files that it names, never from the command line, which other
// users of the machine can read.

import { readFileSync } from 'node:fs';
import { CommandFailure } from './failure.ts';

/** Undefined if neither the variable nor the one that names a file is set. */
export function secretOf(name: string): string | undefined {
  const { [name]: secret, [`${name}_FILE`]: file } = process.env;
  if (secret !== undefined && secret !== '') return secret;
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new CommandFailure(`${name}_FILE: ${(error as Error).message}`);
  }
}
