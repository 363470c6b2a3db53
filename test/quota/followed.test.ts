// Which reservations a node follows: all that are held, so that what is held of a lease ends with it, and
// none that has ended, so that a till which runs for months does not grow.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accepted } from '../support/shop.ts';
import { type Branch, Branches, LEASE_MS } from './branches.ts';
import { LosingEngine } from './losing-engine.ts';

const SHORT_MS = 2_000;

async function hold({ node }: Branch, holdForMs = SHORT_MS): Promise<string> {
  const lines = [{ pool: 'tea', quantity: 1 }];
  return accepted(await node.stock.reserve({ lines, holdForMs })).id;
}

for (const offline of [true, false]) {
  describe(`a node ${offline ? 'offline' : 'online'}`, () => {
    it('follows what is held until it has ended', async () => {
      const branches = await Branches.open({ tea: 100 });
      const branch = await branches.branch({ offline });
      await branches.pass(100);
      // A till has no line for days.
      if (offline) branch.network.mode = 'cut';
      const { stock } = branch.node;
      const [kept, sold, cancelled] = [
        await hold(branch, 60_000),
        await hold(branch),
        await hold(branch),
      ];
      for (let held = 0; held < 3; held += 1) await hold(branch);
      assert.equal(stock.followed, 6);
      const sale = stock.confirm({ reservation: sold });
      await branches.settle();
      accepted(await sale);
      accepted(await stock.cancel({ reservation: cancelled }));
      assert.equal(stock.followed, 4);
      await branches.pass(SHORT_MS + 1_000);
      assert.equal(stock.followed, 1);
      assert.equal((await stock.reservation(kept))!.status, 'HELD');
      await branches.assertSound();
    });
  });
}

describe('a node whose store loses answers', () => {
  const engine = async (time: Branch['time']) => new LosingEngine({ time });

  it('does not follow a confirm of which it never heard', async () => {
    const branches = await Branches.open({ tea: 100 });
    const branch = await branches.branch({ offline: true, engine });
    await branches.pass(100);
    const { stock } = branch.node;
    const reservation = await hold(branch);
    storeOf(branch).loses = { step: 'reservation.confirmed', when: 'after' };
    await assert.rejects(stock.confirm({ reservation }));
    storeOf(branch).loses = undefined;
    await branches.pass(SHORT_MS + 1_000);
    assert.deepEqual(
      [stock.followed, (await stock.reservation(reservation))!.status],
      [0, 'CONFIRMED'],
    );
    assert.equal((await branches.centre.inside('tea')).sold, 1);
    await branches.assertSound();
  });

  it('follows what has got more time without its hearing of it', async () => {
    const branches = await Branches.open({ tea: 100 });
    const branch = await branches.branch({ engine });
    const { stock } = branch.node;
    const reservation = await hold(branch, 500);
    storeOf(branch).loses = { step: 'reservation.extended', when: 'after' };
    await assert.rejects(stock.extend({ reservation, holdForMs: 2_500 }));
    await branches.pass(2_000);
    assert.deepEqual([stock.followed, (await stock.reservation(reservation))!.status], [1, 'HELD']);
    await branches.pass(1_500);
    assert.deepEqual(
      [stock.followed, (await stock.reservation(reservation))!.status],
      [0, 'EXPIRED'],
    );
    await branches.assertSound();
  });
});

describe('a node whose clock has jumped', () => {
  it('lets go of what is past its deadline and not due with its lease', async () => {
    const branches = await Branches.open({ tea: 100 });
    const branch = await branches.branch();
    await hold(branch, 500);
    branch.time.jumpMs(60_000);
    await branches.pass(LEASE_MS);
    assert.notEqual(branch.node.stock.engine.clock().stopped, undefined);
    branch.network.mode = 'cut';
    await branches.pass(LEASE_MS);
    assert.equal(await branch.node.stock.unsold('tea'), 0);
    await branches.assertSound();
  });
});

function storeOf({ node }: Branch): LosingEngine {
  return node.stock.engine as LosingEngine;
}
