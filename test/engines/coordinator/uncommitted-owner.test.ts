// A row of home that a cart over several databases has just made and not yet committed, because a part is
// slow: those who need that row wait for it, and nobody else does, in the same batch neither.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { postgresMissing } from '../../support/postgres.ts';

import { giving, SpreadShop, taking } from './spread-store.ts';

const options = { skip: postgresMissing() ?? false, concurrency: true };

describe('a pool that a cart over several databases makes', options, () => {
  it('is waited for by those who need it, and by nobody else', async (t) => {
    const shop = await SpreadShop.open();
    t.after(() => shop.end());
    // North does not write before the gate is open.
    await shop.ask(
      1,
      `CREATE TABLE @.gate (is_open boolean);
       CREATE FUNCTION @.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         WHILE NOT EXISTS (SELECT FROM @.gate) LOOP PERFORM pg_sleep(0.01); END LOOP;
         RETURN NEW; END $$;
       CREATE TRIGGER wait BEFORE UPDATE ON @.account FOR EACH ROW EXECUTE FUNCTION @.wait()`,
    );
    const gate = await shop.session(1);
    t.after(() => gate.end());
    const giftAndTea = {
      ...giving('cup'),
      moves: [...giving('cup').moves!, ...taking('north:tea').moves!],
    };
    const [cart] = await shop.engine.commit([giftAndTea]);
    const writes = `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%@.account%' AND
      wait_event = 'PgSleep'`;
    const held = await once(
      () => gate.ask(writes),
      ({ length }) => length > 0,
    );
    assert.equal(held.length, 1);

    // A server that attempts a batch again and again would give up before the gate is open.
    const [tea, cup, pot] = await shop.engine.commit([taking('tea'), giving('cup'), giving('pot')]);
    assert.ok(!(tea instanceof Promise) && tea!.ok, 'tea');
    assert.ok(!(pot instanceof Promise) && pot!.ok, 'pot');
    assert.ok(cup instanceof Promise, 'cup waits');
    const [again] = await shop.engine.commit([giving('jar')]);
    assert.ok(!(again instanceof Promise) && again!.ok, 'jar');

    await gate.ask('INSERT INTO @.gate VALUES (true)');
    assert.ok((await cart)!.ok);
    assert.ok((await cup).ok);
    const [state] = await shop.engine.owners(['cup']);
    assert.equal(state!.accounts.available!.balance, 18);
  });

  it('and who waits too long is told so', async (t) => {
    const shop = await SpreadShop.open();
    t.after(() => shop.end());
    const session = await shop.session(0);
    t.after(() => session.end());
    await session.ask(`BEGIN; INSERT INTO @.owner (id) VALUES ('cup')`);
    const answers = await shop.engine.commit([giving('cup'), taking('tea')]);
    assert.ok(!(answers[1] instanceof Promise) && answers[1]!.ok);
    await assert.rejects(
      Promise.resolve(answers[0]),
      (error) => error instanceof HoldfastError && error.code === 'contended',
    );
    await session.ask('ROLLBACK');
    assert.ok((await shop.commit(giving('cup')))[0]!.ok);
  });
});
