// The benchmark of the PostgreSQL engine at its smallest, on a real server and over HTTP: every figure is
// there and whole, units are conserved, a store that is not what its journal says is found out, and
// nothing is left behind. How fast anything was is not looked at.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Client } from 'pg';
import type { Figure } from '../../src/bench/figure.ts';
import { benchPostgres, POSTGRES_FIGURES } from '../../src/bench/postgres/postgres.ts';
import { postgresMissing } from '../support/postgres.ts';
import { ROOT } from '../support/test-files.ts';
import { benchDatabase, benchSchemas } from './bench-database.ts';

const SIZES = { rows: 50, callers: 16, connections: 8, servers: 2 };
const SMALLEST = { ...SIZES, slices: 1, sliceMs: 150 };
const NUMBERS = ['value', 'yardstickValue', 'ratio', 'p50Ms', 'p99Ms', 'accepted'] as const;

describe('bench postgres', { skip: postgresMissing() ?? false }, () => {
  it('measures the engine and its servers, and leaves nothing behind', async () => {
    const engine = await benchDatabase();
    const figures = await benchPostgres({ ...run(engine), say: () => {} });
    assert.deepEqual(
      figures.map(({ name }) => name),
      POSTGRES_FIGURES,
    );
    figures.forEach(assertWhole);
    assert.deepEqual(await benchSchemas(), []);
  });

  it('measures one figure alone', async () => {
    const only = 'postgres.reserve.carts';
    const figures = await benchPostgres({ ...run(await benchDatabase()), only, say: () => {} });
    assert.deepEqual(
      figures.map(({ name }) => name),
      [only],
    );
  });

  it('says so when a unit is missing, or the journal says otherwise', async () => {
    const engine = await benchDatabase();
    const only = 'postgres.reserve.carts';
    for (const spoil of SPOILED) {
      const say = async (line: string) => {
        if (line.includes('slice 1/2')) await changed(engine, spoil);
      };
      const scale = { ...SMALLEST, slices: 2 };
      const figures = await benchPostgres({ ...run(engine), scale, only, say });
      assert.equal(figures[0]!.conserved, false, spoil);
    }
    assert.deepEqual(await benchSchemas(), []);
  });
});

const SPOILED = [
  `UPDATE account SET balance = balance - 1 WHERE id = 'pool-999/supply'`,
  `DELETE FROM document WHERE id = (SELECT max(id) FROM document WHERE kind = 'reservation')`,
];

function run(engine: string) {
  return { engine, scale: SMALLEST, program: join(ROOT, 'bin/holdfast') };
}

function assertWhole(figure: Figure): void {
  for (const name of NUMBERS) assert.ok(figure[name] > 0, `${figure.name}: ${name}`);
  assert.ok(figure.conserved, figure.name);
  assert.equal(figure.unit, 'accepted reservations (tables of 50 rows)/s');
  assert.equal(figure.deadlocks, 0);
}

/** Changes the store, of the two that stand there, that has a journal. */
async function changed(connectionString: string, text: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const found = `SELECT schemaname FROM pg_tables
      WHERE tablename = 'batch' AND schemaname LIKE 'bench\\_%'`;
    const [store] = (await client.query(found)).rows;
    await client.query(`SET search_path = "${store.schemaname}"`);
    await client.query(text);
  } finally {
    await client.end();
  }
}
