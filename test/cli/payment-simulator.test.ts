// `holdfast payment-simulator` as a process: it says where it is, keeps its ledger over a restart, stops
// when it is asked to, and says what is wrong with its options.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { pay, post, wholeLedger } from '../payment-simulator/running.ts';
import { emptyFolder, run, seen, start } from './cli-process.ts';

const NAME = 'payment-simulator';
const ASK = { payment: 'p1', order: 'o1', amount: 900, currency: 'EUR', capture: 'automatic' };

async function simulate(cwd: string, ...args: string[]) {
  const started = start([NAME, '--port', '0', '--json', '--data', 'ledger.db', ...args], { cwd });
  const [, url] = await seen(started.child.stdout, /"url":"(http:[^"]+)"/);
  const stop = async () => {
    started.child.kill('SIGTERM');
    return (await started.ended).code;
  };
  return { url: url!, stop };
}

test('its ledger outlives it, and belongs to one process at a time', async () => {
  const cwd = emptyFolder();
  const first = await simulate(cwd);
  const { body } = await post(`${first.url}/payments`, ASK);
  await pay(first.url, (body as { reference: string }).reference, { outcome: 'approve' });
  const second = await run([NAME, '--port', '0', '--data', 'ledger.db'], { cwd });
  assert.equal(second.code, 2);
  assert.match(second.stderr, /another process has ledger\.db/);
  assert.equal(await first.stop(), 0);
  const again = await simulate(cwd);
  const { movements, sums } = await wholeLedger(again.url);
  assert.deepEqual(
    movements.map(({ kind, payment, amount }) => [kind, payment, amount]),
    [
      ['authorise', 'p1', 900],
      ['capture', 'p1', 900],
    ],
  );
  assert.deepEqual(sums, { EUR: { authorise: 900, capture: 900, void: 0, refund: 0 } });
  assert.equal(await again.stop(), 0);
  const db = new DatabaseSync(join(cwd, 'ledger.db'));
  for (const change of ['UPDATE movement SET amount = 1', 'DELETE FROM movement']) {
    assert.throws(() => db.exec(change), /the ledger only grows/);
  }
  db.close();
});

test('faults are set by options and over HTTP', async () => {
  const faults = ['--fault', 'callbackLost=0.25', '--fault', 'answerSlowMs=5-10'];
  const { url, stop } = await simulate(emptyFolder(), ...faults, '--seed', '7');
  const { body } = await post(`${url}/faults`, { answerLost: 0.5 });
  const { callbackLost, answerSlowMs, answerLost, answer5xx } = body as Record<string, unknown>;
  assert.deepEqual([callbackLost, answerSlowMs, answerLost, answer5xx], [0.25, [5, 10], 0.5, 0]);
  assert.equal(await stop(), 0);
});

test('what cannot be is said', async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'letter.txt'), 'Dear shop,\n'.repeat(100));
  const shop = new DatabaseSync(join(cwd, 'shop.db'));
  shop.exec('CREATE TABLE journal (line TEXT)');
  shop.close();
  const wrong: [args: string[], said: RegExp][] = [
    [['--fault', 'callbackEaten=1'], /there is no fault "callbackEaten"; there are callbackLost,/],
    [['--fault', 'callbackLost=2'], /a share from 0 to 1/],
    [['--fault', 'answerSlowMs=9-3'], /a range of milliseconds, such as 50-200/],
    [['--secret', 'tea'], /a secret is whsec_ and then base64/],
    [['--retry-for', 'soon'], /a duration up to 30d/],
    [['--data', 'shop.db'], /shop\.db is no ledger of the simulator/],
    [['--data', 'letter.txt'], /letter\.txt is no ledger of the simulator/],
    [['--data', 'no/such/folder.db'], /no\/such\/folder\.db cannot be opened/],
  ];
  for (const [args, said] of wrong) {
    const { code, stderr } = await run([NAME, '--port', '0', ...args], { cwd });
    assert.equal(code, 2, stderr);
    assert.match(stderr, said);
  }
});
