// The script as a library of functions in Redis, under a name that says which version it is: servers of two
// versions can be at work on one Redis. A function is compiled once; a script that is sent by its sum makes
// all its functions anew with every call, which took half of the time of a batch of one.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** In the order in which each uses those before it. */
const PARTS = [
  'overlay',
  'due',
  'guards',
  'moves',
  'writes',
  'decide',
  'commit',
  'life',
  'rebuilt',
];
const FUNCTIONS = ['commit', 'begin', 'lease', 'life', 'owners', 'switch', 'recall'] as const;

export type LibraryFunction = (typeof FUNCTIONS)[number];

export interface Library {
  source: string;
  /** How a function is called. */
  named(name: LibraryFunction): string;
}

let library: Library | undefined;

export function theLibrary(): Library {
  library ??= madeOf(PARTS.map(textOf).join('\n'));
  return library;
}

function textOf(part: string): string {
  return readFileSync(new URL(`./lua/${part}.lua`, import.meta.url), 'utf8');
}

function madeOf(text: string): Library {
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const named = (name: string) => `holdfast_${name}_${version}`;
  const registered = FUNCTIONS.map((name) => `redis.register_function('${named(name)}', ${name})`);
  const source = `#!lua name=holdfast_${version}\n${text}\n${registered.join('\n')}\n`;
  return { source, named };
}
