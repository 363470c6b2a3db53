// Requests are remembered until a day after their documents are final, and then forgotten in whole
// generations, in memory and in the tables. Generations are small here.

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { it } from 'node:test';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { accepted } from '../../support/shop.ts';

// Read once, when the engine is loaded; its threads inherit it.
process.env.HOLDFAST_GENERATION_ENTRIES = '64';
const { newPath, openStore, tablesCaughtUp } = await import('./store-files.ts');
const { rebuildTables } = await import('../../../src/engines/sqlite/rebuild.ts');
const { Stock } = await import('../../../src/stock.ts');

const HOUR_MS = 3_600_000;

it('a key is known until a day after its document is final, also after a restart', async () => {
  const path = newPath();
  const time = new ManualTime();
  let engine = await openStore(path, time);
  let stock = await Stock.open(engine, { sweep: false });
  const reopen = async (between = async () => {}) => {
    await stock.close();
    await between();
    engine = await openStore(path, time);
    stock = await Stock.open(engine, { sweep: false });
  };
  let more = 0;
  /** Fills generations with deliveries. */
  const pass = async (ms: number) => {
    time.passMs(ms);
    const each = () => stock.receive({ pool: 'tea', quantity: 1 }, { key: `d${more++}` });
    await Promise.all(Array.from({ length: 70 }, each));
    await tablesCaughtUp(engine);
  };
  const held = { lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 48 * HOUR_MS };
  const known = async () => {
    const again = await stock.reserve(held, { key: 'long' });
    return again.ok && again.repeated;
  };
  accepted(await stock.putPool({ pool: 'tea' }));
  await pass(0);
  const { id } = accepted(await stock.reserve(held, { key: 'long' }));
  for (let hours = 0; hours < 40; hours += 10) await pass(10 * HOUR_MS);
  assert.ok(await known(), 'it is held');
  accepted(await stock.confirm({ reservation: id }));
  await pass(HOUR_MS);
  await pass(22 * HOUR_MS);
  assert.ok(await known(), 'it was final for less than a day');
  await reopen();
  assert.ok(await known());
  assert.ok(generations(path).includes(1), 'the one that it is in');
  await pass(3 * HOUR_MS);
  const left = generations(path);
  assert.ok(!left.includes(0) && !left.includes(1), `${left}`);
  await reopen(async () => void (await rebuildTables(path)));
  assert.deepEqual(generations(path), left, 'made again they are the same');
  assert.equal(await known(), false, 'a first try');
  const last = await stock.receive({ pool: 'tea', quantity: 1 }, { key: `d${more - 1}` });
  assert.ok(last.ok && last.repeated, 'a young one is known');
  await stock.close();
});

function generations(path: string): number[] {
  const tables = new DatabaseSync(`${path}.tables`, { readOnly: true });
  const rows = tables.prepare('SELECT DISTINCT generation FROM request_bucket ORDER BY 1').all();
  tables.close();
  return rows.map(({ generation }) => Number(generation));
}
