// Imports go one way, the kernel is pure, nothing in src/ is dead, and every package that is
// imported is one that package.json promises.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from '../support/test-files.ts';
import { importsOf } from './imports.ts';
import { ENTRY_POINTS, LAYERS, layerOf } from './layers.ts';
import { filesUnder, linesThatMatch, textOf } from './project-files.ts';

const SOURCES = filesUnder('src/', '.ts');
const KERNEL = filesUnder('src/kernel/', '.ts');

describe('imports', () => {
  test('every source file belongs to a layer', () => {
    assert.deepEqual(
      SOURCES.filter((path) => layerOf(path) === undefined),
      [],
    );
  });

  test('a layer imports only what the table allows', () => {
    const names = new Set(LAYERS.map(({ name }) => name));
    const wrong: string[] = [];
    for (const path of SOURCES) {
      const layer = layerOf(path)!;
      for (const { target, typesOnly } of importsOf(path)) {
        const other = layerOf(target);
        if (other === undefined || other === layer) continue;
        const allowed = typesOnly
          ? [...layer.mayImport, ...(layer.mayImportTypes ?? [])]
          : layer.mayImport;
        for (const name of allowed) assert.ok(names.has(name), `no layer is called ${name}`);
        if (!allowed.includes(other.name)) {
          wrong.push(`${path} (${layer.name}) imports ${target} (${other.name})`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('every import of a file names one that is there', () => {
    const wrong: string[] = [];
    for (const path of [...SOURCES, ...filesUnder('test/', '.ts'), ...filesUnder('load/', '.ts')]) {
      for (const { target } of importsOf(path)) {
        const isFile = /^(src|test|data|bench|load)\//.test(target);
        if (isFile && !existsSync(join(ROOT, target))) wrong.push(`${path} imports ${target}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('nothing in src/ is dead: each file is reached from an entry point', () => {
    const reached = new Set<string>();
    const open = [...ENTRY_POINTS];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      for (const { target } of importsOf(path)) if (target.startsWith('src/')) open.push(target);
    }
    assert.deepEqual(
      SOURCES.filter((path) => !reached.has(path)),
      [],
    );
  });

  test('packages that src/ imports are dependencies, and each dependency is imported', () => {
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(textOf('package.json'));
    const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
    const imported = new Set<string>();
    for (const path of SOURCES) {
      for (const { target } of importsOf(path)) {
        if (target.startsWith('src/') || target.startsWith('node:')) continue;
        imported.add(/^(@[^/]+\/)?[^/]+/.exec(target)![0]);
      }
    }
    assert.deepEqual([...imported].sort(), [...declared].sort());
  });
});

describe('the kernel is pure', () => {
  test('it imports nothing but itself and types of the contract', () => {
    const wrong = KERNEL.flatMap((path) =>
      importsOf(path)
        .filter(({ target }) => !target.startsWith('src/'))
        .map(({ target }) => `${path} imports ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  test('it takes time, chance and ids as arguments', () => {
    const impure =
      /\b(Date\.now|new Date\(\)|Math\.random|performance\.|process\.|crypto\.|set(Timeout|Interval|Immediate)|queueMicrotask|console\.|await )/;
    assert.deepEqual(linesThatMatch(KERNEL, impure), []);
  });
});
