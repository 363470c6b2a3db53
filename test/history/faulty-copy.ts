// A copy of the product's source with one fault in it, made at test time in a folder that is gone
// afterwards. The source itself is never touched and has no hooks for this.

import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fastFolder } from '../support/fast-folder.ts';
import { ROOT } from '../support/test-files.ts';
import type { Fault } from './faults.ts';
import type { Product } from './product.ts';

let copies = 0;
let folder: string | undefined;

/** The folder of a whole copy with the fault, as a program can be started from it. */
export function copyWith({ name, file, before, after }: Fault): string {
  folder ??= fastFolder('faulty');
  copies += 1;
  const copy = join(folder, String(copies));
  mkdirSync(copy);
  for (const part of ['src', 'console', 'package.json']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const path = join(copy, file);
  const parts = readFileSync(path, 'utf8').split(before);
  if (parts.length !== 2) throw new Error(`"${name}": its place in ${file} is not there once`);
  writeFileSync(path, parts.join(after));
  return copy;
}

export async function productWith(fault: Fault): Promise<Product> {
  const copy = copyWith(fault);
  const load = (path: string) => import(pathToFileURL(join(copy, path)).href);
  const [{ Stock }, { openEngine }, { HoldfastError }, { verify }] = await Promise.all(
    ['src/stock.ts', 'src/engines/open.ts', 'src/errors.ts', 'src/verify/verify.ts'].map(load),
  );
  return { Stock, openEngine, HoldfastError, verify };
}
