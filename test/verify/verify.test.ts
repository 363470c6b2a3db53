// Verify says that all agrees when it does, from the first entry, from a checkpoint, as of a past
// time and beside an engine that goes on working.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { START_MS } from '../../src/engines/conformance/manual-time.ts';
import type { Entry } from '../../src/engines/contract.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, Shop } from '../support/shop.ts';
import { busyShop } from './busy-shop.ts';
import { checkpointAt } from './checkpoint-at.ts';
import { damaged } from './damaged-engine.ts';

describe('verify', () => {
  it('finds nothing wrong with an empty engine', async () => {
    const { engine } = await Shop.open();
    assert.deepEqual(await verify(engine), {
      ok: true,
      entries: 0,
      pools: 0,
      documents: 0,
      position: 0,
      problemCount: 0,
      problems: [],
    });
  });

  it('finds nothing wrong after a busy day', async () => {
    const { engine } = await busyShop();
    const report = await verify(engine);
    assert.deepEqual(report.problems, []);
    assert.equal(report.ok, true);
    assert.equal(report.pools, 4);
    assert.equal(report.entries, engine.health().position);
  });

  it('starts from a checkpoint, at every position', async () => {
    const { engine } = await busyShop();
    const entries = await engine.entries({ after: 0, limit: 10_000 });
    for (let position = 0; position <= entries.length; position += 1) {
      const report = await verify(engine, { fromCheckpoint: checkpointAt(entries, position) });
      assert.deepEqual(report.problems, [], `from position ${position}`);
      assert.equal(report.entries, entries.length - position);
    }
  });

  it('finds nothing wrong as of any past time', async () => {
    const { engine } = await busyShop();
    const entries = await engine.entries({ after: 0, limit: 10_000 });
    for (const atMs of new Set([START_MS - 1, ...entries.map((entry) => entry.atMs)])) {
      const report = await verify(engine, { atMs });
      assert.deepEqual(report.problems, []);
      assert.equal(report.entries, entries.filter((entry) => entry.atMs <= atMs).length);
    }
  });

  it('tells how far it is', async () => {
    const { engine } = await busyShop();
    const steps: { position: number; of: number }[] = [];
    await verify(engine, { onProgress: (step) => steps.push(step) });
    const { position } = engine.health();
    assert.deepEqual(steps.at(-1), { position, of: position });
  });

  it('is not misled by an engine that goes on working', async () => {
    const shop = await busyShop();
    const { engine, stock } = shop;
    const working = damaged(engine, {});
    const { owners, documents } = working;
    const work = async () => {
      const { id } = accepted(
        await stock.reserve({ lines: [{ pool: 'cup', quantity: 1 }], buyer: 'bob' }),
      );
      accepted(await stock.cancel({ reservation: id }));
    };
    working.owners = async (ids) => {
      await work();
      const found = await owners(ids);
      await work();
      return found;
    };
    working.documents = async (ids) => {
      for (const id of ids) {
        if (engine.peek?.(id)?.state === 'HELD') await stock.cancel({ reservation: id });
      }
      return documents(ids);
    };
    const report = await verify(working);
    assert.deepEqual(report.problems, []);
  });

  it('keeps the first hundred problems and counts all', async () => {
    const { engine } = await busyShop();
    const owner = () => undefined;
    const entries = (all: Entry[]) =>
      all.map((entry) => ({ ...entry, atMs: 1_000 - entry.position }));
    const report = await verify(damaged(engine, { owner, entries }));
    assert.equal(report.ok, false);
    assert.equal(report.problemCount > 20, true);
    assert.equal(report.problems.length, Math.min(100, report.problemCount));
  });
});
