// What a coordinator has left prepared when it died: followed where home has decided, aborted where nobody
// has for too long, left alone while somebody may still decide. The first decision wins.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { Decisions } from '../../../src/engines/coordinator/decisions.ts';
import { Part } from '../../../src/engines/coordinator/part.ts';
import { Recovery } from '../../../src/engines/coordinator/recovery.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { Connections } from '../../../src/engines/postgres/connections.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { SpreadShop } from './spread-store.ts';

const options = { skip: postgresMissing() ?? false, concurrency: true };

interface Scene {
  shop: SpreadShop;
  part: Part;
  decisions: Decisions;
  /** Leaves a transaction prepared in north that has sold nine units there; its id. */
  leave(decision?: 'commit' | 'abort'): Promise<string>;
  recovery(undecidedMaxMs?: number): Recovery;
  /** What north has sold by its own account. */
  sold(): Promise<unknown>;
}

async function inScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const shop = await SpreadShop.open();
  const { journalId } = shop.engine;
  await shop.engine.close();
  const { connectionString, schema } = postgresAddress(shop.store.address);
  const connections = await Connections.open(connectionString, 4);
  const decisions = new Decisions(connections, schema);
  const [north] = shop.store.parts;
  const part = await Part.of({ ...north!, prefix: 'north:' }, journalId);
  try {
    await run({
      ...{ shop, part, decisions },
      async leave(decision) {
        const id = randomUUID();
        await shop.ask(
          1,
          `BEGIN; UPDATE @.account SET prior = balance, balance = 7 WHERE id = 'north:tea/available';
           PREPARE TRANSACTION 'holdfast:${journalId}:north:${id}'`,
        );
        const values = `'${id}', '${decision}', 0`;
        if (decision !== undefined) await shop.ask(0, `INSERT INTO @.decision VALUES (${values})`);
        return id;
      },
      recovery: (undecidedMaxMs = 0) => new Recovery(decisions, undecidedMaxMs),
      async sold() {
        const sql = `SELECT 9 - balance AS sold FROM @.account WHERE id = 'north:tea/available'`;
        return Number((await shop.ask(1, sql))[0]!.sold);
      },
    });
    assert.deepEqual(await shop.prepared(), []);
  } finally {
    await connections.close();
    await part.close();
    await shop.store.drop();
  }
}

describe('what is left prepared', options, () => {
  it('is committed where home says so, at once', () =>
    inScene(async ({ part, leave, recovery, sold }) => {
      const id = await leave('commit');
      const [found, ...others] = await recovery(60_000).settle(part);
      assert.deepEqual(others, []);
      assert.deepEqual([found!.id, found!.decision, found!.done], [id, 'commit', 'committed']);
      assert.equal(await sold(), 2);
    }));

  it('is rolled back where home says so', () =>
    inScene(async ({ part, leave, recovery, sold }) => {
      await leave('abort');
      const [found] = await recovery(60_000).settle(part);
      assert.deepEqual([found!.decision, found!.done], ['abort', 'rolled back']);
      assert.equal(await sold(), 0);
    }));

  it('is left while whoever prepared it may decide, and aborted when he had his time', () =>
    inScene(async ({ part, decisions, leave, recovery, sold }) => {
      const id = await leave();
      const [young] = await recovery(60_000).settle(part);
      assert.deepEqual([young!.decision, young!.done], ['none yet', 'left']);
      const [old] = await recovery().settle(part);
      assert.deepEqual([old!.decision, old!.done], ['abort', 'rolled back']);
      assert.equal((await decisions.outcomes([id])).get(id), 'abort');
      assert.equal(await sold(), 0);
    }));

  it('is finished once, however many are at it', () =>
    inScene(async ({ part, leave, recovery, sold }) => {
      await leave('commit');
      const found = await Promise.all([1, 2, 3, 4].map(() => recovery().settle(part)));
      const done = found.flat().filter((each) => each.done === 'committed');
      assert.equal(done.length, 1);
      assert.equal(await sold(), 2);
    }));

  it('is not aborted over the head of one who is just deciding', () =>
    inScene(async ({ shop, part, leave, recovery, sold }) => {
      const id = await leave();
      const deciding = await shop.session(0);
      await deciding.ask('BEGIN');
      await deciding.ask(`INSERT INTO @.decision VALUES ('${id}', 'commit', 0)`);
      let isSettled = false;
      const settled = recovery()
        .settle(part)
        .finally(() => {
          isSettled = true;
        });
      // The abort waits for it by now.
      const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'
        AND query LIKE '%INSERT INTO @.decision%abort%' AND pid <> pg_backend_pid()`;
      while ((await shop.ask(0, waits)).length === 0) assert.equal(isSettled, false);
      await deciding.ask('COMMIT');
      await deciding.end();
      const [found] = await settled;
      assert.deepEqual([found!.decision, found!.done], ['commit', 'committed']);
      assert.equal(await sold(), 2);
    }));

  it('binds a slow coordinator to the abort', () =>
    inScene(async ({ shop, part, decisions, leave, recovery }) => {
      const id = await leave();
      await recovery().settle(part);
      await assert.rejects(shop.ask(0, `BEGIN; ${decisions.commitText(id)}`), /duplicate key/);
    }));
});

describe('the decision log', options, () => {
  it('forgets commits after an hour and aborts after a day, unless some part has them prepared', () =>
    inScene(async ({ shop, decisions }) => {
      const now = `floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;
      const old = (id: string, outcome: string, minutes: number) =>
        `('${id}', '${outcome}', ${now} - ${minutes} * 60000)`;
      await shop.ask(0, 'DELETE FROM @.decision');
      await shop.ask(
        0,
        `INSERT INTO @.decision VALUES ${[
          old('young', 'commit', 59),
          old('old', 'commit', 61),
          old('prepared', 'commit', 61),
          old('aborted', 'abort', 61),
          old('long-aborted', 'abort', 1_441),
        ]}`,
      );
      assert.equal(await decisions.forget(['prepared']), 2);
      const left = await shop.ask(0, 'SELECT id FROM @.decision ORDER BY id');
      assert.deepEqual(
        left.map(({ id }) => id),
        ['aborted', 'prepared', 'young'],
      );
    }));
});
