// Help is there for every command, names its options and gives examples.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './cli-process.ts';

const COMMANDS: Record<string, string[]> = {
  serve: [
    '--engine <address>',
    '--port <number>',
    '--host <name>',
    '--keys <file>',
    '--sender <name=address>',
    '--queue <address>',
    '--trust-proxy <addresses>',
  ],
  demo: ['--engine <address>', '--port <number>', '--live', '--quiet'],
  node: [
    '--centre <url>',
    '--pools <ids>',
    '--share <number>',
    '--lease-for <time>',
    '--offline',
    'settle',
  ],
  replay: ['--stock <share>', '--engine <address>', '--in-flight <number>', '--partial', '--json'],
  verify: ['--engine <address>', '--at <time>', '--json', '--quiet'],
  reconcile: ['--in-doubt', '--engine <address>', '--part <name=address>', '--json', '--quiet'],
  export: ['--engine <address>', '--after <position>', '--limit <number>'],
  keys: ['create', 'list', 'revoke'],
  'payment-simulator': [
    '--data <file>',
    '--secret <secret>',
    '--seed <number>',
    '--fault <name=value>',
  ],
  bench: ['--quick', '--json', '--engine <address>'],
};

test('the program names its commands', async () => {
  const { code, stdout } = await run(['--help']);
  assert.equal(code, 0);
  for (const name of Object.keys(COMMANDS)) assert.match(stdout, new RegExp(`^ {2}${name} `, 'm'));
  assert.match(stdout, /Examples:/);
});

for (const [name, options] of Object.entries(COMMANDS)) {
  test(`help for ${name}`, async () => {
    const { code, stdout, stderr } = await run([name, '--help']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const option of options) assert.ok(stdout.includes(option), option);
    assert.match(stdout, /Examples:\n {2}(.*)holdfast /);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 104, line);
  });
}

test('a command within a command has help of its own', async () => {
  const { code, stdout } = await run(['node', 'settle', '--help']);
  assert.equal(code, 0);
  for (const text of ['--store <path>', 'Examples:']) assert.ok(stdout.includes(text), text);
});

test('the version is the package’s', async () => {
  const { code, stdout } = await run(['--version']);
  assert.equal(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+/);
});
