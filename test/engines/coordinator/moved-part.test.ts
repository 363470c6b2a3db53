// A part's database that was dumped and restored on another server: told from the old one, taken only when
// that is said and nothing that home has decided is missing in it, and then the old one is refused.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, type TestContext, test } from 'node:test';
import { Client } from 'pg';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { HoldfastError } from '../../../src/errors.ts';
import {
  freshSchema,
  ownPostgresMissing,
  type PostgresServer,
  startPostgres,
} from '../../support/postgres.ts';
import { openSpread, type SpreadStore } from '../../support/spread-kind.ts';
import { SpreadShop, taking } from './spread-store.ts';

const TABLES = ['meta', 'owner', 'account'];
const SQL = new URL('../../../src/engines/coordinator/sql/', import.meta.url);

describe('a part that was moved with a dump', { skip: ownPostgresMissing() ?? false }, () => {
  let elsewhere: PostgresServer;
  before(async () => {
    elsewhere = await startPostgres();
  });
  after(() => elsewhere?.remove());

  /** The store with north as a dump of it has it, on the other server. */
  async function moved(shop: SpreadShop): Promise<SpreadStore> {
    const { address, schema } = await freshSchema(elsewhere.address);
    const client = new Client({ connectionString: postgresAddress(address).connectionString });
    await client.connect();
    try {
      await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}`);
      for (const file of readdirSync(SQL).sort()) {
        await client.query(readFileSync(new URL(file, SQL), 'utf8'));
      }
      for (const table of TABLES) {
        const rows = JSON.stringify(await shop.ask(1, `SELECT * FROM @.${table}`));
        const from = `json_populate_recordset(NULL::${table}, $1::json)`;
        await client.query(`INSERT INTO ${table} SELECT * FROM ${from}`, [rows]);
      }
    } finally {
      await client.end();
    }
    const [north, south] = shop.store.parts;
    return { ...shop.store, parts: [{ ...north!, address }, south!] };
  }

  async function closedShop(t: TestContext): Promise<SpreadShop> {
    const shop = await SpreadShop.open();
    t.after(() => shop.store.drop());
    t.after(() => shop.engine.close());
    return shop;
  }

  const refuses = (opening: Promise<PostgresEngine>, says: RegExp) =>
    assert.rejects(
      opening.then((engine) => engine.close()),
      (error) =>
        error instanceof HoldfastError && error.code === 'unavailable' && says.test(error.message),
    );

  const accepting = ({ address, parts }: SpreadStore) =>
    PostgresEngine.open(address, { parts, existing: true, moved: ['north'] });

  const ANOTHER =
    /the part north cannot be used: .* another database than the one that was registered.* holdfast reconcile --moved north/;

  test('is refused until that is said, and the old one from then on', async (t) => {
    const shop = await closedShop(t);
    await shop.engine.close();
    const store = await moved(shop);
    await refuses(openSpread(store), ANOTHER);
    await (await openSpread(shop.store)).close();
    await (await accepting(store)).close();
    const engine = await openSpread(store);
    const [taken] = await engine.commit([taking('tea', 'north:tea')]);
    assert.ok((await taken)!.ok);
    await engine.close();
    await refuses(openSpread(shop.store), ANOTHER);
    // It is said again: nothing is to be done.
    await (await accepting(store)).close();
  });

  test('is not taken without what home has decided', async (t) => {
    const shop = await closedShop(t);
    // The dump lacks a sale: it was only prepared in the part by then.
    const store = await moved(shop);
    for (const outcome of await shop.commit(taking('north:tea'))) assert.ok(outcome.ok);
    await shop.engine.close();
    await refuses(accepting(store), /does not have of north:tea what the journal says/);
    await refuses(openSpread(store), ANOTHER);
    await (await openSpread(shop.store)).close();
  });

  test('is not taken while a server is at work', async (t) => {
    const shop = await closedShop(t);
    const store = await moved(shop);
    await refuses(accepting(store), /a server is at work; stop all servers/);
    for (const outcome of await shop.commit(taking('north:tea'))) assert.ok(outcome.ok);
  });
});
