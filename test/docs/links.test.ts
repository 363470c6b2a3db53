// Links within the project lead somewhere, and files that the pages name are there.

import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, test } from 'node:test';
import { ROOT } from '../support/test-files.ts';
import { anchorsOf, linksOf, namedFilesOf, PAGES } from './pages.ts';

const WEB = /^(https?:|mailto:)/;

describe('links and names in the documentation', () => {
  for (const page of PAGES) {
    test(page, () => {
      const wrong: string[] = [];
      for (const { line, target } of linksOf(page)) {
        if (WEB.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        if (!isThere(file)) wrong.push(`${page}:${line}: there is no ${file}`);
        else if (anchor !== undefined && !anchorsOf(file).has(anchor)) {
          wrong.push(`${page}:${line}: ${file} has no heading #${anchor}`);
        }
      }
      for (const { line, target } of namedFilesOf(page)) {
        if (!isThere(target)) wrong.push(`${page}:${line}: there is no ${target}`);
      }
      assert.deepEqual(wrong, []);
    });
  }
});

function isThere(pattern: string): boolean {
  return globSync(pattern, { cwd: ROOT }).length > 0;
}
