// A folder in which the documentation's commands run as in a checkout: everything of the project is
// there by name, and what a command writes stays out of it.

import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/test-files.ts';

const NOT_LINKED = new Set(['.git', '.holdfast', 'dist', 'node_modules']);

export function makeScratchFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-docs-'));
  for (const name of readdirSync(ROOT)) {
    if (!NOT_LINKED.has(name) && !name.includes('.db'))
      symlinkSync(join(ROOT, name), join(path, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
