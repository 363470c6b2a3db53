// An offline till: it sells for good without asking, reports when it can, in order, each sale once; what
// it has out nobody else sells until it has settled or a person has written it off.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Engine } from '../../src/engines/contract.ts';
import { sharesOut } from '../../src/quota/kept-share.ts';
import { accepted, refused } from '../support/shop.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';
import { type Branch, Branches } from './branches.ts';

const DAY_MS = 86_400_000;
const till = { name: 'till-1', offline: true, engine: sqliteKind.open };

async function sell({ node }: Branch, quantity = 1, buyer?: string): Promise<string> {
  const who = buyer === undefined ? {} : { buyer };
  const held = await node.stock.reserve({ lines: [{ pool: 'tea', quantity }], ...who });
  const { id } = accepted(held);
  assert.equal(accepted(await node.stock.confirm({ reservation: id })).status, 'CONFIRMED');
  return id;
}

async function opened(stock: Record<string, number>): Promise<[Branches, Branch]> {
  const branches = await Branches.open(stock);
  const branch = await branches.branch(till);
  await branches.pass(200);
  return [branches, branch];
}

describe('an offline till', () => {
  it('sells while nobody can be reached, and reports it afterwards', async () => {
    const [branches, branch] = await opened({ tea: 100 });
    branch.network.mode = 'cut';
    branches.centre.time.passMs(DAY_MS);
    branch.time.passMs(DAY_MS);
    const ids = [await sell(branch), await sell(branch, 2), await sell(branch)];
    await branches.pass(1_000);
    assert.deepEqual(await branches.centre.inside('tea'), { available: 90, leased: 10 });
    branch.network.mode = 'open';
    await branches.pass(1_500);
    assert.deepEqual((await branches.centre.inside('tea')).sold, 4);
    const told: string[] = [];
    for (const { documents } of await branches.centre.engine.entries({ after: 0, limit: 99 })) {
      for (const { id, kind } of documents) if (kind === 'reservation') told.push(id);
    }
    assert.deepEqual(told, ids);
    await branches.assertSound();
    await branch.node.stock.close();
  });

  it('refuses when its share is sold, and takes more when the centre can be reached', async () => {
    const [branches, branch] = await opened({ tea: 12 });
    branch.network.mode = 'cut';
    await sell(branch, 10);
    await branches.settle();
    const none = branch.node.stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }] });
    refused(await none, 'unavailable');
    branch.network.mode = 'open';
    await branches.pass(200);
    await sell(branch, 2);
    await branch.node.stock.close();
  });

  it('is settled when it stops: the last sales, then the rest comes back', async () => {
    const [branches, branch] = await opened({ tea: 100 });
    branch.network.mode = 'deaf';
    await sell(branch, 3);
    await branches.pass(500);
    branch.network.mode = 'open';
    assert.equal(await branch.node.stop(), true);
    assert.deepEqual(await branches.centre.inside('tea'), { available: 97, sold: 3 });
    await branches.assertSound();
    await branch.node.stock.close();
  });

  it('goes on with its lease after a restart, wherever it was', async () => {
    const [branches, branch] = await opened({ tea: 100 });
    branch.network.mode = 'cut';
    await sell(branch, 3);
    assert.equal(await branch.node.stop(), false);
    const { engine } = branch.node.stock;
    await branch.node.stock.close();
    const reopen = { ...till, engine: () => sqliteKind.reopen(engine, branch.time) };
    await branches.start(branch, reopen);
    await sell(branch, 2);
    branch.network.mode = 'open';
    await branches.pass(1_500);
    assert.deepEqual(await branches.centre.inside('tea'), { available: 90, leased: 5, sold: 5 });
    assert.equal((await branches.centre.stock.leases.search()).leases.length, 1);
    assert.equal(await branch.node.stop(), true);
    assert.deepEqual(await branches.centre.inside('tea'), { available: 95, sold: 5 });
    await branch.node.stock.close();
    await branches.start(branch, reopen);
    await branches.pass(200);
    assert.equal(await branch.node.stock.available('tea'), 10);
    await branches.assertSound();
    await branch.node.stock.close();
  });

  it('finds the lease whose opening it never heard the answer of', async () => {
    const branches = await Branches.open({ tea: 100 });
    const branch = await branches.branch({ ...till, pools: [] });
    const { engine } = branch.node.stock;
    await branch.node.stock.close();
    const reopen = {
      ...till,
      engine: () => sqliteKind.reopen(branch.node.stock.engine, branch.time),
    };
    branch.network.mode = 'deaf';
    await branches.start(branch, { ...till, engine: () => sqliteKind.reopen(engine, branch.time) });
    assert.equal((await branches.centre.inside('tea')).leased, 10);
    assert.equal(await branch.node.stock.available('tea'), 0);
    await branch.node.stock.close();
    branch.network.mode = 'open';
    await branches.start(branch, reopen);
    await branches.pass(200);
    assert.equal(await branch.node.stock.available('tea'), 10);
    assert.equal((await branches.centre.inside('tea')).leased, 10);
    await branch.node.stock.close();
  });

  it('keeps what the centre will not have: its lease was written off meanwhile', async () => {
    const [branches, branch] = await opened({ tea: 100 });
    branch.network.mode = 'cut';
    const id = await sell(branch, 3);
    const [lease] = (await branches.centre.stock.leases.search({ node: 'till-1' })).leases;
    accepted(await branches.centre.stock.leases.writeOff({ lease: lease!.id, to: 'written-off' }));
    branch.network.mode = 'open';
    await branches.pass(2_000);
    assert.ok(branch.said.some((text) => text.includes(id) && text.includes('lease-ended')));
    const [kept] = await branch.node.stock.engine.documents([`unrecorded:${id}`]);
    assert.equal(kept!.data.code, 'lease-ended');
    assert.equal((await branches.centre.inside('tea')).sold, undefined);
    await branches.assertSound();
    await branch.node.stock.close();
  });

  it('stops at once after a restart when its lease was written off meanwhile', async () => {
    const [branches, branch] = await opened({ tea: 100 });
    const { engine } = branch.node.stock;
    await branch.node.stock.close();
    const [lease] = (await branches.centre.stock.leases.search({ node: 'till-1' })).leases;
    accepted(await branches.centre.stock.leases.writeOff({ lease: lease!.id, to: 'available' }));
    await branches.start(branch, { ...till, engine: () => sqliteKind.reopen(engine, branch.time) });
    await branches.pass(200);
    assert.ok(branch.said.some((text) => text.includes(`lease ${lease!.id} is lost`)));
    const { leases } = await branches.centre.stock.leases.search({ node: 'till-1' });
    assert.deepEqual(leases.map(({ status }) => status).sort(), ['ACTIVE', 'WRITTEN_OFF']);
    await branches.assertSound();
    await branch.node.stock.close();
  });

  it('has nothing out once it is settled, though its lease was written off or never came', async () => {
    for (const stock of [100, 0]) {
      const [branches, branch] = await opened({ tea: stock });
      branch.network.mode = 'cut';
      const { leases } = branches.centre.stock;
      for (const { id: lease } of (await leases.search({ node: 'till-1' })).leases) {
        await sell(branch, 3);
        accepted(await leases.writeOff({ lease, to: 'available' }));
      }
      const { engine } = branch.node.stock;
      await branch.node.stock.close();
      branch.network.mode = 'open';
      const reopen = (closed: Engine) => ({
        engine: (time: Branch['time']) => sqliteKind.reopen(closed, time),
      });
      await branches.start(branch, { ...till, ...reopen(engine), units: 0 });
      const settling = branch.node.stock.engine;
      assert.deepEqual(
        (await sharesOut(settling)).map(({ pool }) => pool),
        ['tea'],
      );
      assert.equal(await branch.node.settle(), true);
      assert.deepEqual(await sharesOut(settling), []);
      await branches.assertSound();
      await branch.node.stock.close();
      await branches.start(branch, { name: 'till-1', ...reopen(settling) });
      await branch.node.stock.close();
    }
  });

  it('has sold past a limit: it is recorded, and said', async () => {
    const [branches, branch] = await opened({ tea: 100 });
    const rule = { limit: 'one', per: 'buyer', scope: 'all', quantityMax: 1 } as const;
    accepted(await branches.centre.stock.putLimit(rule));
    branch.network.mode = 'cut';
    const ids = [await sell(branch, 1, 'ada'), await sell(branch, 1, 'ada')];
    branch.network.mode = 'open';
    await branches.pass(2_000);
    assert.equal((await branches.centre.inside('tea')).sold, 2);
    assert.ok(branch.said.some((text) => text.includes(ids[1]!) && text.includes('limit')));
    await branch.node.stock.close();
  });
});
