// A node that comes back: what its store knows of is told to the centre first, nothing of an earlier
// lease is sold again, and the lease itself is given back.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { SellingNode } from '../../src/quota/selling-node.ts';
import { accepted, refused } from '../support/shop.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';
import { Branches, LEASE_MS } from './branches.ts';

const one = { lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 60_000 };

/** As after kill -9: the files stay, whatever it was doing. */
async function die({ stock }: SellingNode): Promise<void> {
  await stock.close();
}

describe('a node with a store, started again', () => {
  it('finds out what became of a record that was under way, and its buyer is answered', async () => {
    for (const mode of ['cut', 'deaf'] as const) {
      const branches = await Branches.open({ tea: 10 });
      const branch = await branches.branch({ engine: sqliteKind.open });
      const { node, network } = branch;
      const { id } = accepted(await node.stock.reserve(one));
      network.mode = mode;
      void node.stock.confirm({ reservation: id }, { key: 'k' });
      await branches.settle();
      await die(node);
      network.mode = 'open';
      const engine = node.stock.engine;
      await branches.start(branch, { engine: (time) => sqliteKind.reopen(engine, time) });
      await branches.pass(100);
      const again = branch.node.stock.confirm({ reservation: id }, { key: 'k' });
      await branches.pass(100);
      assert.equal(accepted(await again).status, 'CONFIRMED');
      // Its old lease had them all: it asks again after a third of the time.
      await branches.pass(LEASE_MS / 3);
      assert.deepEqual(await branches.centre.inside('tea'), { leased: 9, sold: 1 });
      await branches.assertSound();
      await die(branch.node);
    }
  });

  it('sells nothing of before, and gives its old lease back', async () => {
    const branches = await Branches.open({ tea: 20 });
    const branch = await branches.branch({ engine: sqliteKind.open });
    const { id } = accepted(await branch.node.stock.reserve(one));
    const engine = branch.node.stock.engine;
    await die(branch.node);
    await branches.start(branch, { engine: (time) => sqliteKind.reopen(engine, time) });
    await branches.pass(100);
    refused(await branch.node.stock.confirm({ reservation: id }), 'already-cancelled');
    assert.equal(await branch.node.stock.available('tea'), 10);
    assert.deepEqual(await branches.centre.inside('tea'), { available: 10, leased: 10 });
    const { leases } = await branches.centre.stock.leases.search();
    assert.deepEqual(leases.map(({ status }) => status).sort(), ['ACTIVE', 'CLOSED']);
    await branches.assertSound();
    await die(branch.node);
  });

  it('is refused in the other mode while it has anything out, and goes on in its own', async () => {
    for (const offline of [false, true]) {
      const branches = await Branches.open({ tea: 20 });
      const branch = await branches.branch({ offline, engine: sqliteKind.open });
      await branches.pass(100);
      const { id } = accepted(await branch.node.stock.reserve(one));
      branch.network.mode = 'cut';
      if (offline) accepted(await branch.node.stock.confirm({ reservation: id }));
      const { engine } = branch.node.stock;
      await die(branch.node);
      branch.network.mode = 'open';
      const reopen = { engine: (time: ManualTime) => sqliteKind.reopen(engine, time) };
      const other = branches.start(branch, { ...reopen, offline: !offline });
      await assert.rejects(
        other,
        offline ? /start it with --offline/ : /start it without --offline/,
      );
      await branches.start(branch, { ...reopen, offline });
      await branches.pass(2_000);
      assert.equal((await branches.centre.inside('tea')).sold, offline ? 1 : undefined);
      assert.equal(await branch.node.stop(), true);
      await branches.assertSound();
      const { engine: settled } = branch.node.stock;
      await die(branch.node);
      const anew = { engine: (time: ManualTime) => sqliteKind.reopen(settled, time) };
      await branches.start(branch, { ...anew, offline: !offline });
      await die(branch.node);
    }
  });
});
