// The attack run in small: nothing forged, replayed or stolen gets in, no cap is passed, and honest buyers notice
// nothing. How long anything took is not looked at.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AttackReport } from '../../load/attack/attack-report.ts';
import { fastFolder } from '../support/fast-folder.ts';
import { kafkaMissing } from '../support/kafka.ts';
import { postgresMissing } from '../support/postgres.ts';
import { redisMissing } from '../support/redis.ts';
import { loadProgram } from './sale-under-load.ts';

const SMALL = [
  ...['--honest', '40', '--accounts', '20', '--addresses', '30', '--each', '1'],
  ...['--seconds', '4', '--flood', '400'],
  // A machine that stands still for a moment is none of those who attack.
  ...['--shed-after-ms', '10000'],
];

test('one server under attack lets in whom it should', { timeout: 600_000 }, async () => {
  const report = await attacked('embedded');
  assert.equal(report.servers, 1);
});

test('two servers under attack let in whom they should', {
  skip: redisMissing() ?? postgresMissing() ?? kafkaMissing() ?? false,
  timeout: 600_000,
}, async () => {
  const { rows } = await attacked('stack');
  assert.ok(rows.some(({ how }) => how === 'a solution again, at another server'));
});

async function attacked(setup: string): Promise<AttackReport> {
  const out = fastFolder(`attack-${setup}`);
  const words = [...SMALL, '--setup', setup, '--out', out];
  const { code, stderr } = await loadProgram('attack.ts', words);
  if (code !== 0) assert.fail(stderr);
  const report = JSON.parse(readFileSync(join(out, 'attack.json'), 'utf8')) as AttackReport;
  const broken = [...report.checks, ...report.rows].filter(({ holds }) => !holds);
  assert.deepEqual([broken, code, report.ok], [[], 0, true], stderr);
  const attacks = new Set(report.rows.map(({ attack }) => attack));
  for (const attack of ['one address', 'one account', 'replayed', 'forged', 'stolen']) {
    assert.ok(attacks.has(attack), attack);
  }
  for (const { how, tried } of report.rows) assert.ok(tried > 0, how);
  assert.ok(report.flooded.tried > 0 && report.flooded.refused > 0);
  return report;
}

test('it says what can be set, and takes nothing else', async () => {
  const help = await loadProgram('attack.ts', ['--help']);
  assert.equal(help.code, 0);
  for (const word of ['setup', 'honest', 'accounts', 'addresses', 'each', 'flood', 'seconds']) {
    assert.match(help.stdout, new RegExp(`--${word} `));
  }
  for (const words of [
    ['--setup', 'none'],
    ['--honest', '0'],
    ['--each', 'many'],
    ['--accounts', '10001'],
  ]) {
    const { code, stderr } = await loadProgram('attack.ts', words);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^${words[0]} must be`));
  }
});
