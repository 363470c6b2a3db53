// Nothing is left behind: no notes to oneself, no paths of one machine, no addresses that packages
// were fetched from.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filesUnder, linesThatMatch, PROJECT_FILES, textOf } from './project-files.ts';

const BINARY = /\.(gz|png|jpg|ico|woff2?)$/;
const TEXTS = PROJECT_FILES.filter((path) => !BINARY.test(path) && path !== 'LICENSE');
/** Built from parts, so that this file does not contain what it looks for. */
const anyOf = (...parts: string[][]) => new RegExp(parts.map((part) => part.join('')).join('|'));

describe('leftovers', () => {
  test('no notes to oneself', () => {
    const notes = anyOf(
      ['\\bTO', 'DO\\b'],
      ['\\bFIX', 'ME\\b'],
      ['\\bXX', 'X\\b'],
      ['\\bHA', 'CK\\b'],
    );
    assert.deepEqual(linesThatMatch(TEXTS, notes), []);
  });

  test('no paths of one machine', () => {
    const machine = anyOf(
      ['(^|[\\s"\'`(=:])/wo', 'rk/'],
      ['(^|[\\s"\'`(=:])/tm', 'p/'],
      ['(^|[\\s"\'`(=:])/ho', 'me/'],
      ['(^|[\\s"\'`(=:])/ro', 'ot/'],
      ['[A-Z]:\\\\\\\\', 'Users'],
    );
    assert.deepEqual(linesThatMatch(TEXTS, machine), []);
  });

  test('the lock file keeps no download addresses', () => {
    const lock = JSON.parse(textOf('package-lock.json')) as {
      packages: Record<string, { resolved?: string; integrity?: string }>;
    };
    const wrong = Object.entries(lock.packages)
      .filter(([, { resolved }]) => resolved !== undefined)
      .map(([name, { resolved }]) => `${name}: ${resolved}`);
    assert.deepEqual(wrong, []);
    assert.doesNotMatch(textOf('.npmrc'), /registry\s*=\s*http/);
  });

  test('no setting that only one person has', () => {
    assert.deepEqual(
      PROJECT_FILES.filter((path) => /(^|\/)(\.env|\.vscode|\.idea|\.DS_Store)(\/|$)/.test(path)),
      [],
    );
  });

  test('nothing prints for debugging', () => {
    const sources = filesUnder('src/', '.ts').filter((path) => !path.startsWith('src/bench/'));
    assert.deepEqual(
      linesThatMatch(sources, /^(?!\s*\*).*(\bdebugger\b|\bconsole\.(log|debug|trace)\()/),
      [],
    );
  });
});
