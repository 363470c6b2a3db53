// The files that the tidy tests look at: those that git follows or would, or all there are where
// there is no git. Reads each once.

import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/test-files.ts';

const texts = new Map<string, string>();

/** Paths from the project's root, with forward slashes. */
export const PROJECT_FILES: readonly string[] = listFiles();

export function filesUnder(folder: string, ending = ''): string[] {
  return PROJECT_FILES.filter((path) => path.startsWith(folder) && path.endsWith(ending));
}

export function textOf(path: string): string {
  let text = texts.get(path);
  if (text === undefined) {
    text = readFileSync(join(ROOT, path), 'utf8');
    texts.set(path, text);
  }
  return text;
}

export function linesIn(path: string): string[] {
  const lines = textOf(path).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** `path:line: text` for every line that matches. */
export function linesThatMatch(paths: readonly string[], pattern: RegExp): string[] {
  const found: string[] = [];
  for (const path of paths) {
    linesIn(path).forEach((line, index) => {
      if (pattern.test(line)) found.push(`${path}:${index + 1}: ${line.trim().slice(0, 160)}`);
    });
  }
  return found;
}

function listFiles(): string[] {
  if (existsSync(join(ROOT, '.git'))) {
    const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
    const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0');
    return listed.filter((path) => path !== '' && existsSync(join(ROOT, path))).sort();
  }
  const exclude = (path: string) => /(^|\/)(node_modules|dist|\.holdfast)$/.test(path);
  return globSync('**/*.*', { cwd: ROOT, exclude }).sort();
}
