// Files and types are named after what they are: none of the words that fit anything.

import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { filesUnder, linesIn, PROJECT_FILES } from './project-files.ts';

const BANNED = ['manager', 'service', 'helper', 'util', 'common', 'base', 'handler'];
const CODE = ['src/', 'test/', 'load/'].flatMap((folder) => filesUnder(folder, '.ts'));

function isBanned(word: string): boolean {
  return BANNED.some((banned) => word === banned || word === `${banned}s`);
}

describe('names', () => {
  test('no file or folder is called by a word that fits anything', () => {
    const wrong = PROJECT_FILES.filter((path) =>
      path
        .toLowerCase()
        .split(/[/.\-_]/)
        .some(isBanned),
    );
    assert.deepEqual(wrong, []);
  });

  test('no class, interface or type is', () => {
    const wrong: string[] = [];
    for (const path of [...CODE, ...filesUnder('console/', '.js')]) {
      for (const line of linesIn(path)) {
        const name = /^\s*(?:export )?(?:abstract )?(?:class|interface|type) (\w+)[ <]/.exec(
          line,
        )?.[1];
        const words = name?.split(/(?=[A-Z])/).map((word) => word.toLowerCase()) ?? [];
        if (words.some(isBanned)) wrong.push(`${path}: ${name}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('files are kebab-case', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/;
    assert.deepEqual(
      CODE.filter((path) => !kebab.test(basename(path))),
      [],
    );
  });

  test('a file opens with a comment that says what it is for', () => {
    const wrong = CODE.filter((path) => !/^\/\/ .{20,}/.test(linesIn(path)[0] ?? ''));
    assert.deepEqual(wrong, []);
  });
});
