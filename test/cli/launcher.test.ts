// bin/holdfast finds a Node.js that is new enough, through links and from packages, and says what to
// do where there is none.

import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BIN, emptyFolder, run } from './cli-process.ts';

/** A `node` of some version that only says which program it was to run. */
function fakeNode(folder: string, version: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'node');
  const script = `#!/bin/sh\n[ "$1" = --version ] && echo ${version} && exit\necho "${version} $*"\n`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

/** A package folder with the launcher and an entry point, compiled or in source. */
function fakePackage(root: string, main: string): string {
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync(BIN, join(root, 'bin/holdfast'));
  mkdirSync(join(root, main, '..'), { recursive: true });
  writeFileSync(join(root, main), '');
  return join(root, 'bin/holdfast');
}

test('HOLDFAST_NODE comes first, and must be new enough', async () => {
  const folder = emptyFolder();
  const bin = fakePackage(join(folder, 'package'), 'src/cli/main.ts');
  const newer = fakeNode(join(folder, 'new'), 'v26.1.0');
  const taken = await run(['x', 'y z'], { bin, env: { HOLDFAST_NODE: newer } });
  assert.match(taken.stdout, /^v26\.1\.0 .*package\/src\/cli\/main\.ts x y z\n$/);
  const older = fakeNode(join(folder, 'old'), 'v22.9.0');
  const refused = await run([], { bin, env: { HOLDFAST_NODE: older } });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /HOLDFAST_NODE is .*, which is not Node\.js 24 or newer/);
});

test('then the node on PATH, if it is new enough, else the one of the package', async () => {
  const folder = emptyFolder();
  const root = join(folder, 'package');
  const bin = fakePackage(root, 'src/cli/main.ts');
  fakeNode(join(folder, 'new'), 'v24.0.0');
  fakeNode(join(folder, 'old'), 'v20.19.2');
  fakeNode(join(root, 'node_modules/node/bin'), 'v24.5.0');
  const path = (name: string) => ({
    HOLDFAST_NODE: '',
    PATH: `${join(folder, name)}:/usr/bin:/bin`,
  });
  assert.match((await run([], { bin, env: path('new') })).stdout, /^v24\.0\.0 /);
  assert.match((await run([], { bin, env: path('old') })).stdout, /^v24\.5\.0 /);
});

test('installed beside the package `node`, and called through a link', async () => {
  const folder = emptyFolder();
  const modules = join(folder, 'node_modules');
  fakePackage(join(modules, 'holdfast'), 'dist/src/cli/main.js');
  fakeNode(join(modules, 'node/bin'), 'v24.5.0');
  fakeNode(join(folder, 'old'), 'v18.0.0');
  mkdirSync(join(modules, '.bin'));
  const link = join(modules, '.bin/holdfast');
  symlinkSync('../holdfast/bin/holdfast', link);
  const env = { HOLDFAST_NODE: '', PATH: `${join(folder, 'old')}:/usr/bin:/bin` };
  const { stdout } = await run(['serve'], { bin: link, env });
  assert.match(stdout, /^v24\.5\.0 .*holdfast\/dist\/src\/cli\/main\.js serve\n$/);
});

test('without any it says what it needs', async () => {
  const folder = emptyFolder();
  const bin = fakePackage(join(folder, 'package'), 'src/cli/main.ts');
  fakeNode(join(folder, 'old'), 'v20.19.2');
  const env = { HOLDFAST_NODE: '', PATH: `${join(folder, 'old')}:/usr/bin:/bin` };
  const { code, stderr } = await run([], { bin, env });
  assert.equal(code, 1);
  assert.match(stderr, /needs Node\.js 24 or newer; the one on PATH is: v20\.19\.2/);
});
