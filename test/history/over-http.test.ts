// Many clients at once over HTTP, through a proxy that cuts connections, against a server that is paused
// and, with files or a database behind it, killed and started again: one order explains what they were told.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkHistory } from '../../src/history/check-history.ts';
import { powerLossModel, underPowerLoss } from '../crash/power-loss.ts';
import { postgresMissing } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCampaign } from './campaign.ts';
import { ANSWERED_TOO_EARLY } from './faults.ts';
import { copyWith } from './faulty-copy.ts';
import { HttpRun } from './over-http.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const HISTORIES = { memory: 8, sqlite: 12, postgres: 12 } as const;
/** How many histories the planted fault may hide for. */
const WITHIN = 30;
const directory = temporaryFolder('history');

for (const engine of ['memory', 'sqlite', 'postgres'] as const) {
  const histories = HISTORIES[engine];
  const skip = engine === 'postgres' && (postgresMissing() ?? false);
  test(`${histories} histories over HTTP and ${engine} (seed ${SEED})`, { skip }, async () => {
    const run = await HttpRun.open({ engine, directory, seed: SEED });
    const record = (seed: number) => run.record(seed);
    // After more than 5 s without a server a history says nothing, and some are too tangled to be decided.
    const seedsMax = 4 * histories;
    const campaign = { record, seed: SEED, histories, seedsMax, engine: `http-${engine}` };
    const totals = await runCampaign(campaign).catch(async (error: unknown) => {
      // A server that still runs would keep the failure from being reported.
      await run.close();
      throw error;
    });
    const wrong = await run.close();
    assert.equal(totals.failure, undefined, totals.failure);
    assert.equal(wrong, undefined, wrong);
    const { decided, setAside, undecided } = totals;
    assert.equal(decided, histories, `${setAside} say nothing, ${undecided} were not decided`);
    const overlap = totals.overlapping / totals.operations;
    assert.ok(overlap >= 0.5, `only ${Math.round(overlap * 100)} % of the operations overlapped`);
    assert.ok(totals.unknown > 0, 'no connection was ever cut');
    assert.ok(run.served.pauses > 0, 'the server was never paused');
  });
}

test(`planted: ${ANSWERED_TOO_EARLY.name}`, async (t) => {
  const library = powerLossModel(t, directory);
  if (library === undefined) return;
  const files = mkdtempSync(join(directory, 'early-'));
  const program = [join(copyWith(ANSWERED_TOO_EARLY), 'src/cli/main.ts'), 'serve'];
  const env = underPowerLoss(library, { directory: files, syncUs: 8_000 });
  // One that ended well keeps its compiled sources; without them a start takes half as long again.
  const compiled = { NODE_COMPILE_CACHE: join(directory, 'compiled') };
  const first = mkdtempSync(join(directory, 'first-'));
  const options = { engine: 'sqlite', seed: 1, program } as const;
  await (await HttpRun.open({ ...options, directory: first, env: compiled })).close();
  const both = { ...env, ...compiled };
  const run = await HttpRun.open({ ...options, directory: files, env: both, killsPerMille: 8 });
  let found: number | undefined;
  let said = 0;
  for (let seed = 1; seed <= 4 * WITHIN && said < WITHIN && found === undefined; seed += 1) {
    const recorded = await run.record(seed);
    if (recorded === undefined) continue;
    said += 1;
    if (!checkHistory(recorded.history).ok) found = seed;
  }
  await run.close();
  assert.ok(found !== undefined, `not found in ${said} histories`);
  t.diagnostic(`found in history ${found}`);
});
