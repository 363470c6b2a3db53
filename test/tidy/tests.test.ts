// Tests test something: each file asserts, none is narrowed to one case, none is left out or known to
// fail without saying why, and none leaves its files behind.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importsOf } from './imports.ts';
import { filesUnder, linesThatMatch } from './project-files.ts';

const TEST_FILES = filesUnder('test/', '.test.ts');
const OWN_LISTS = filesUnder('test/tidy/', '.ts');
/** They keep what a failure left to look at, or remove what they made themselves. */
const OWN_FOLDERS = [
  'test/crash/rounds.ts',
  'test/docs/scratch-folder.ts',
  'test/history/report.ts',
  'test/tidy/tests.test.ts',
];

/** Whether a file, or one that it imports, asserts. */
function asserts(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  return importsOf(path).some(({ target, typesOnly }) => {
    if (typesOnly) return false;
    if (target === 'node:assert/strict') return true;
    return /^(test|src\/engines\/conformance|src\/senders)\//.test(target) && asserts(target, seen);
  });
}

describe('tests', () => {
  test('every test file asserts something', () => {
    assert.ok(TEST_FILES.length > 0);
    assert.deepEqual(
      TEST_FILES.filter((path) => !asserts(path)),
      [],
    );
  });

  test('none is narrowed to one case, none is left out without a reason', () => {
    const files = filesUnder('test/', '.ts').filter((path) => !OWN_LISTS.includes(path));
    const narrowed = /\b(test|it|describe|suite)\.(only|skip|todo)\(|\bonly: true/;
    const unreasoned = /\b(skip|todo): true|\bt\.(skip|todo)\(\)/;
    assert.deepEqual(linesThatMatch(files, narrowed), []);
    assert.deepEqual(linesThatMatch(files, unreasoned), []);
  });

  test('none sleeps', () => {
    const files = filesUnder('test/', '.ts').filter((path) => !OWN_LISTS.includes(path));
    assert.deepEqual(linesThatMatch(files, /\bsleep\(|Atomics\.wait\(/), []);
  });

  test('none leaves a folder behind: temporary ones come from test/support', () => {
    const files = filesUnder('test/', '.ts').filter((path) => !OWN_FOLDERS.includes(path));
    assert.deepEqual(
      linesThatMatch(files, /tmpdir\(\)/).filter((line) => !line.startsWith('test/support/')),
      [],
    );
  });
});
