// `holdfast replay` as a process: the JSON object that other programs read, progress that stays off
// stdout, and a run that is killed with its process and continued.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderFile, rows } from '../replay/order-texts.ts';
import { SLICE } from '../replay/replay-run.ts';
import { emptyFolder, run, signalledAt } from './cli-process.ts';

const FILE = rows('1 tea 5 ann', '2 tea 5 bob', 'C3 tea -5 ann', '4 tea -1', 'C5 tea -1');

const FIELDS = {
  name: 'string',
  ok: 'boolean',
  file: 'string',
  engine: 'string',
  stock: 'string',
  partial: 'boolean',
  inFlightMax: 'number',
  inFlightPeak: 'number',
  invoices: 'number',
  lines: 'number',
  units: 'number',
  sha256: 'string',
  pools: 'number',
  stockUnits: 'number',
  commands: 'number',
  resumed: 'number',
  seconds: 'number',
  commandsPerSecond: 'number',
  linesPerSecond: 'number',
  balancesDigest: 'string',
  outcomesDigest: 'string',
  sold: 'object',
  returned: 'object',
  writtenOff: 'object',
  refused: 'object',
  setAside: 'object',
  linesByOutcome: 'object',
  unitsByOutcome: 'object',
  problems: 'object',
  verify: 'object',
};

test('--json prints one object with these fields', async () => {
  const { code, stdout } = await run(['replay', orderFile(FILE), '--stock', '60%', '--json']);
  assert.equal(code, 0);
  assert.equal(stdout.trimEnd().split('\n').length, 1);
  const result = JSON.parse(stdout);
  const types = Object.fromEntries(Object.entries(result).map(([k, v]) => [k, typeof v]));
  assert.deepEqual(types, FIELDS);
  assert.equal(result.ok, true);
  assert.deepEqual(result.sold, { lines: 1, units: 5 });
  assert.deepEqual(result.returned, { lines: 1, units: 5 });
  assert.deepEqual(result.writtenOff, { lines: 1, units: 1 });
  assert.deepEqual(result.refused, { lines: 2, units: 6 });
  assert.deepEqual(result.setAside, { lines: 0, units: 0 });
});

test('text for people: the totals and the reasons', async () => {
  const { code, stdout } = await run(['replay', orderFile(FILE), '--quiet']);
  assert.equal(code, 0);
  assert.match(stdout, /Sold +1 +5\n/);
  assert.match(stdout, /Together +5 +17\n/);
  assert.match(stdout, / 1 {2}no-customer +Return refused: it names no customer/);
  assert.match(stdout, /verify: everything agrees/);
});

test('progress goes to stderr as lines where there is no terminal, and not at all if quiet', async () => {
  const loud = await run(['replay', orderFile(FILE), '--json']);
  assert.match(loud.stderr, /^Replaying invoices: 5 of 5$/m);
  assert.equal(loud.stderr.includes('\u001b'), false);
  const quiet = await run(['replay', orderFile(FILE), '--json', '--quiet']);
  assert.equal(quiet.stderr, '');
});

test('killed with its process at some moments, continued, and the same in the end', async () => {
  const args = ['replay', SLICE, '--limit', '600', '--json', '--quiet'];
  const expected = JSON.parse((await run([...args, '--in-flight', '1'])).stdout);
  const cwd = emptyFolder();
  const engine = ['--engine', 'sqlite:month.db'];
  let kills = 0;
  for (const reached of [/Receiving stock: 1,/, /Replaying invoices: /, /Replaying invoices: /]) {
    // Loud, because its progress says when it is killed.
    const loud = args.filter((arg) => arg !== '--quiet');
    const env = { HOLDFAST_PROGRESS_EVERY_MS: '1', ...signalledAt(reached, 'SIGKILL') };
    if ((await run([...loud, ...engine], { cwd, env })).signal === 'SIGKILL') kills += 1;
  }
  assert.equal(kills, 3);
  const { code, stdout, stderr } = await run([...args, ...engine], { cwd });
  assert.equal(code, 0, stderr);
  const result = JSON.parse(stdout);
  assert.ok(result.resumed > 0);
  assert.equal(result.balancesDigest, expected.balancesDigest);
  assert.equal(result.outcomesDigest, expected.outcomesDigest);
  assert.deepEqual(result.linesByOutcome, expected.linesByOutcome);
});

test('a signal stops it gracefully, and it says how to go on', async () => {
  const args = ['replay', SLICE, '--in-flight', '1', '--engine', 'sqlite:a.db'];
  const env = { HOLDFAST_PROGRESS_EVERY_MS: '1', ...signalledAt(/Receiving stock: /, 'SIGINT') };
  const { code, stdout, stderr } = await run(args, { env });
  assert.equal(code, 130, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /run the same command again to continue/);
});
