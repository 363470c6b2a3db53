// Tables that need a file of the archive which is not there wait for it, say which one it is, and go on
// when it is back: the store works meanwhile, and however long it takes no restart is used up.

import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { StoreFailure } from '../../../src/engines/sqlite/store-failure.ts';
import { TablesRestarts } from '../../../src/engines/sqlite/tables-restarts.ts';
import { makeOldStore } from './old-store.ts';
import { newPath, openStore, receiving, tablesCaughtUp } from './store-files.ts';
import { endThreadAt } from './thread-messages.ts';

const OFTEN = 100;
const missing: StoreFailure = { code: 'unavailable', message: 'a is missing', ofArchive: true };
const locked: StoreFailure = { code: 'unavailable', message: 'locked' };
const full: StoreFailure = { code: 'disk-full', message: 'full' };

describe('tables without a file of the archive', () => {
  it('wait for it and name it, while the store goes on', async (t) => {
    const { path, time } = await makeOldStore(newPath());
    let engine = await openStore(path, time);
    t.after(() => engine.close());
    await engine.archive({});
    await tablesCaughtUp(engine);
    const aside = `${path}.aside`;
    renameSync(`${path}.archive`, aside);
    const warnings: string[] = [];
    const note = (warning: Error) => warnings.push(warning.message);
    process.on('warning', note);
    // A thread that begins anew reads the requests since the last full generation: here, all.
    endThreadAt('durable');
    await engine.commit([receiving(5)]);
    while (!engine.health().detail.includes('it is missing')) await new Promise(setImmediate);
    assert.match(
      engine.health().detail,
      /^the tables wait: the archive is damaged: \S+\.archive\/\S+: it is missing$/,
    );
    const [outcome] = await engine.commit([receiving(7, 'cup')]);
    assert.ok(outcome?.ok && engine.health().ok && engine.tableLag > 0);
    renameSync(aside, `${path}.archive`);
    await tablesCaughtUp(engine);
    assert.equal(engine.health().detail, 'journal and tables follow');
    process.off('warning', note);
    assert.equal(warnings.filter((said) => said.includes('the tables wait')).length, 1);
    await engine.close();
    engine = await openStore(path, time);
    const [cup] = await engine.owners(['cup']);
    assert.equal(cup?.accounts.available?.balance, 7);
  });

  it('may be closed while they wait', async () => {
    const { path, time } = await makeOldStore(newPath());
    const engine = await openStore(path, time);
    await engine.archive({});
    renameSync(`${path}.archive`, `${path}.aside`);
    endThreadAt('durable');
    await engine.commit([receiving(5)]);
    while (!engine.health().detail.includes('it is missing')) await new Promise(setImmediate);
    await engine.close();
  });
});

describe('restarts of the tables', () => {
  const often = (restarts: TablesRestarts, failure: StoreFailure, times: number) =>
    Array.from({ length: times }, () => restarts.next(failure));

  it('end when the tables fail again and again', () => {
    const restarts = new TablesRestarts();
    assert.ok(often(restarts, locked, 20).every((restart) => restart !== undefined));
    assert.equal(restarts.next(locked), undefined);
  });

  for (const [name, failure] of Object.entries({
    'a missing file': missing,
    'a full disk': full,
  })) {
    it(`are not used up by ${name}`, () => {
      const restarts = new TablesRestarts();
      assert.ok(often(restarts, failure, OFTEN).every((restart) => restart !== undefined));
      assert.ok(often(restarts, locked, 20).every((restart) => restart !== undefined));
      assert.equal(restarts.next(locked), undefined);
    });
  }

  it('begin at once, then wait twice as long each, up to two seconds, until something passed', () => {
    const restarts = new TablesRestarts();
    const pauses = (times: number) => often(restarts, missing, times).map((next) => next?.pauseMs);
    assert.deepEqual(pauses(10), [0, 32, 64, 128, 256, 512, 1_024, 2_048, 2_048, 2_048]);
    restarts.passed();
    assert.deepEqual(pauses(2), [0, 32]);
  });

  it('say once what they wait for', () => {
    const restarts = new TablesRestarts();
    const warnings = often(restarts, missing, 3).map((restart) => restart?.warning);
    assert.deepEqual(warnings, ['the tables wait: a is missing', undefined, undefined]);
    assert.equal(restarts.next(locked)?.warning, 'the tables are started again: locked');
    assert.equal(restarts.waiting, undefined);
  });
});
