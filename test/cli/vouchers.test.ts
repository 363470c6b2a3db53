// `holdfast vouchers` as a process: a campaign, codes out as CSV and in again, and refusals in words.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { emptyFolder, run } from './cli-process.ts';

test('codes are generated, imported, and taken from no other campaign', async () => {
  const cwd = emptyFolder();
  const vouchers = (...args: string[]) => run(['vouchers', ...args], { cwd });
  const missing = await vouchers('generate', 'spring', '--count', '1');
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /There is no such campaign. \(unknown-campaign/);

  const made = await vouchers(
    'campaign',
    'spring',
    '--basis-points',
    '1000',
    '--prefix',
    'S',
    '--json',
  );
  const { name, campaign, secret } = JSON.parse(made.stdout);
  assert.deepEqual([name, campaign, secret], ['vouchers campaign', 'spring', undefined]);
  const generated = await vouchers('generate', 'spring', '--count', '12000', '-q');
  const [heading, ...codes] = generated.stdout.trimEnd().split('\n');
  assert.deepEqual([heading, new Set(codes).size], ['code', 12_000]);
  await vouchers('generate', 'spring', '--count', '10', '--out', 'more.csv', '-q');
  assert.equal(readFileSync(join(cwd, 'more.csv'), 'utf8').trimEnd().split('\n').length, 11);

  await vouchers('campaign', 'old', '--amount', '500', '--currency', 'EUR');
  writeFileSync(
    join(cwd, 'old.csv'),
    `\ufeffCode,since\n"OLD-1",2020\nold 1,2021\n${codes[0]}\n\n`,
  );
  const imported = await vouchers('import', 'old', 'old.csv', '--json', '-q');
  const { imported: count, repeated, taken, takenBy } = JSON.parse(imported.stdout);
  assert.deepEqual([count, repeated, taken, takenBy[0].campaign], [1, 1, 1, 'spring']);
  const none = await vouchers('import', 'old', 'none.csv', '-q');
  assert.deepEqual([none.code, /cannot read none.csv/.test(none.stderr)], [1, true]);

  const { stdout } = await run(['export'], { cwd });
  assert.match(stdout, /"campaign.created"/);
  assert.doesNotMatch(stdout, /"secret"/);
});
