// Files stay small. The list in sizes.ts is the ratchet: it only goes down. How long a function may
// be is Biome's to check (noExcessiveLinesPerFunction in biome.json).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filesUnder, linesIn } from './project-files.ts';
import { LINES_SMELL, LONG_FILES, OVER_120_PERCENT_MAX } from './sizes.ts';

/** An entry may stand above its file by this much, so that a small edit needs no change here. */
const SLACK_LINES = 30;

const CODE = [
  ...['src/', 'test/', 'data/', 'bench/', 'load/'].flatMap((folder) => filesUnder(folder, '.ts')),
  ...filesUnder('console/', '.js'),
];

describe('sizes', () => {
  test(`a file of more than ${LINES_SMELL} lines says why`, () => {
    const wrong: string[] = [];
    for (const path of CODE) {
      const lines = linesIn(path).length;
      const { linesMax = LINES_SMELL } = LONG_FILES[path] ?? {};
      if (lines > linesMax) wrong.push(`${path} has ${lines} lines, ${linesMax} allowed`);
    }
    assert.deepEqual(wrong, []);
  });

  test('the list of long files only goes down', () => {
    const wrong: string[] = [];
    for (const [path, { linesMax, why }] of Object.entries(LONG_FILES)) {
      const lines = CODE.includes(path) ? linesIn(path).length : 0;
      if (lines <= LINES_SMELL) wrong.push(`${path} has ${lines} lines: take it off the list`);
      else if (lines < linesMax - SLACK_LINES) wrong.push(`${path}: lower its entry to ${lines}`);
      assert.ok(why.length > 20, path);
    }
    assert.deepEqual(wrong, []);
  });

  test(`at most ${OVER_120_PERCENT_MAX} of 100 source files are longer than 120 lines`, () => {
    const sources = filesUnder('src/', '.ts');
    const long = sources.filter((path) => linesIn(path).length > 120);
    const percent = (long.length / sources.length) * 100;
    assert.ok(percent <= OVER_120_PERCENT_MAX, `${percent.toFixed(1)} %: ${long.join(', ')}`);
  });
});
