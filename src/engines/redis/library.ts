// The script as a library of functions in Redis, under a name that says which version it is: servers of two
// versions can be at work on one Redis. A function is compiled once; a script that is sent by its sum makes
// all its functions anew with every call, which took half of the time of a batch of one.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** In the order in which each uses those before it. */
const PARTS = ['overlay', 'due', 'guards', 'moves', 'writes', 'decide', 'commit', 'life'];
/** Each in a function of its own behind those, because Lua allows 200 names in one. */
const APART = {
  ageing: ['aged', 'leave', 'restore', 'forget'],
  glance: ['glance'],
  full: ['hold', 'tell', 'sign'],
  comparing: ['look', 'names', 'unfiled', 'strays', 'unstray', 'mendowner', 'menddocument'],
  rebuilt: ['switch'],
} as const;
const FUNCTIONS = ['commit', 'begin', 'lease', 'life', 'owners'] as const;

/** Those that only look: Redis holds them to it. */
const READING = new Set<LibraryFunction>([
  ...(['owners', 'glance', 'aged'] as const),
  ...(['look', 'names', 'unfiled', 'strays'] as const),
]);
/** What frees memory, or keeps a store alive until some is free. */
const ALLOWED_WHEN_FULL = new Set<LibraryFunction>([
  ...(['lease', 'life', 'leave', 'forget', 'unstray'] as const),
  ...(['hold', 'tell', 'sign'] as const),
]);

export type LibraryFunction =
  | (typeof FUNCTIONS)[number]
  | (typeof APART)[keyof typeof APART][number];

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
  const version = createHash('sha256')
    .update([text, ...Object.keys(APART).map(textOf)].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const named = (name: string) => `holdfast_${name}_${version}`;
  const registered = (names: readonly LibraryFunction[]) =>
    names.map((name) => registering(named(name), name)).join('\n');
  const apart = Object.entries(APART).map(([part, names]) => {
    return `;(function()\n${textOf(part)}\n${registered(names)}\nend)()`;
  });
  const blocks = [`#!lua name=holdfast_${version}`, text, registered(FUNCTIONS), ...apart];
  const source = `${blocks.join('\n')}\n`;
  return { source, named };
}

/** Where memory is full the others are refused by Redis before they begin. */
function registering(called: string, name: LibraryFunction): string {
  const flags = [
    ...(READING.has(name) ? ["'no-writes'"] : []),
    ...(READING.has(name) || ALLOWED_WHEN_FULL.has(name) ? ["'allow-oom'"] : []),
  ].join(', ');
  return `redis.register_function{function_name='${called}', callback=${name}, flags={${flags}}}`;
}
