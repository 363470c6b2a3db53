// Which file imports which, read from the text: static, dynamic, re-exported, and whether only types
// are taken. Knows nothing of layers.

import { dirname, join } from 'node:path/posix';
import { textOf } from './project-files.ts';

export interface Import {
  /** A path from the root, or a package, or `node:...`. */
  target: string;
  /** Nothing of it is left when the program runs. */
  typesOnly: boolean;
}

const STATIC = /^(?:import|export)\s+(type\s+)?([^'"`;]*?\bfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

export function importsOf(path: string): Import[] {
  const text = textOf(path).replace(/^\s*(\/\/|\*).*$/gm, '');
  const found: Import[] = [];
  for (const [, types, names = '', specifier] of text.matchAll(STATIC)) {
    const braces = /^\{([^}]*)\}/.exec(names.trim())?.[1];
    const each = braces?.split(',').filter((name) => name.trim() !== '') ?? [];
    const allTypes = each.length > 0 && each.every((name) => name.trim().startsWith('type '));
    found.push({ target: resolve(path, specifier!), typesOnly: types !== undefined || allTypes });
  }
  for (const [, specifier] of text.matchAll(DYNAMIC)) {
    found.push({ target: resolve(path, specifier!), typesOnly: false });
  }
  return found;
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? join(dirname(from), specifier) : specifier;
}
