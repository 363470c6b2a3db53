// A node whose own store fails in the middle of a confirm, and goes on: whatever step was lost, the
// running node takes it up again, each sale is reported by one at a time, and its buyer can find out.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HoldfastError } from '../../src/errors.ts';
import type { Refused } from '../../src/kernel/refusals.ts';
import type { Reservation } from '../../src/kernel/reservation.ts';
import type { Answer } from '../../src/stock.ts';
import { accepted, refused } from '../support/shop.ts';
import { type Branch, Branches } from './branches.ts';
import { type ConfirmStep, LosingEngine, type LostWhen } from './losing-engine.ts';

const one = { lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 60_000, buyer: 'ada' };

class LostAnswers {
  readonly branches: Branches;
  readonly branch: Branch;
  readonly engine: LosingEngine;

  private constructor(branches: Branches, branch: Branch) {
    this.branches = branches;
    this.branch = branch;
    this.engine = branch.node.stock.engine as LosingEngine;
  }

  static async open(): Promise<LostAnswers> {
    const branches = await Branches.open({ tea: 10 });
    const engine = async (time: Branch['time']) => new LosingEngine({ time });
    return new LostAnswers(branches, await branches.branch({ engine }));
  }

  get stock() {
    return this.branch.node.stock;
  }

  async hold(): Promise<string> {
    return accepted(await this.stock.reserve(one)).id;
  }

  /** The buyer has had what a limit of the centre leaves him. */
  async buyAll(): Promise<void> {
    const rule = { limit: 'one', per: 'buyer', scope: 'all', quantityMax: 1 } as const;
    accepted(await this.branches.centre.stock.putLimit(rule));
    const sold = this.stock.confirm({ reservation: await this.hold() });
    await this.branches.settle();
    accepted(await now(sold));
  }

  lose(step: ConfirmStep, when: LostWhen): void {
    this.engine.loses = { step, when };
  }

  /** The store goes on. */
  mend(): void {
    assert.ok(this.engine.lost > 0, 'it was lost');
    this.engine.loses = undefined;
    this.engine.isUnread = false;
  }

  async status(id: string): Promise<string | undefined> {
    return (await this.stock.reservation(id))?.status;
  }
}

describe('a node whose store loses a step of a confirm', () => {
  it('takes up a first step of which it never heard', async () => {
    const shop = await LostAnswers.open();
    const id = await shop.hold();
    shop.lose('reservation.confirming', 'after');
    await assert.rejects(shop.stock.confirm({ reservation: id }), isUnavailable);
    shop.mend();
    assert.equal(await shop.status(id), 'CONFIRMING');
    await shop.branches.pass(50);
    assert.equal(await shop.status(id), 'CONFIRMED');
    assert.equal((await shop.branches.centre.inside('tea')).sold, 1);
    await shop.branches.assertSound();
  });

  it('goes on to hold what never came to its first step', async () => {
    const shop = await LostAnswers.open();
    const id = await shop.hold();
    shop.lose('reservation.confirming', 'before');
    await assert.rejects(shop.stock.confirm({ reservation: id }), isUnavailable);
    shop.mend();
    await shop.branches.pass(500);
    assert.equal(await shop.status(id), 'HELD');
    const again = shop.stock.confirm({ reservation: id });
    await shop.branches.settle();
    assert.equal(accepted(await now(again)).status, 'CONFIRMED');
    assert.equal(await shop.branch.node.stop(), true);
    await shop.branches.assertSound();
  });

  it('reports what it could not read after the first step', async () => {
    const shop = await LostAnswers.open();
    const id = await shop.hold();
    shop.lose('reservation.confirming', 'then unread');
    const sold = shop.stock.confirm({ reservation: id });
    await shop.branches.settle();
    shop.mend();
    await shop.branches.pass(50);
    assert.equal(accepted(await now(sold)).status, 'CONFIRMED');
    assert.equal(await shop.status(id), 'CONFIRMED');
    await shop.branches.assertSound();
  });

  it('carries a sale that the centre has to its end, and tells its buyer at once', async () => {
    for (const when of ['before', 'after', 'then unread'] as const) {
      const shop = await LostAnswers.open();
      const id = await shop.hold();
      shop.lose('reservation.confirmed', when);
      const sold = shop.stock.confirm({ reservation: id });
      await shop.branches.settle();
      if (when === 'before') assert.equal(accepted(await now(sold)).lines[0]!.confirmed, 1);
      await shop.branches.pass(200);
      shop.mend();
      await shop.branches.pass(50);
      assert.equal(await shop.status(id), 'CONFIRMED', when);
      assert.equal(accepted(await now(sold)).status, 'CONFIRMED');
      assert.equal(await shop.stock.unsold('tea'), 9);
      await shop.branches.assertSound();
    }
  });

  it('says that a sale was refused once its units are back, and sells them on', async () => {
    for (const when of ['before', 'after', 'then unread'] as const) {
      const shop = await LostAnswers.open();
      await shop.buyAll();
      const id = await shop.hold();
      shop.lose('reservation.cancelled', when);
      const sold = shop.stock.confirm({ reservation: id }, { key: 'k' });
      await shop.branches.pass(200);
      assert.equal(await isAnswered(sold), when === 'after', when);
      shop.mend();
      await shop.branches.pass(50);
      refused(await now(sold), 'limit-exceeded');
      assert.equal(await shop.status(id), 'CANCELLED');
      assert.equal(await shop.stock.available('tea'), 9);
      await shop.branches.assertSound();
    }
  });

  it('reports a sale that is in doubt once, whoever asks for it', async () => {
    const shop = await LostAnswers.open();
    const { network } = shop.branch;
    const id = await shop.hold();
    shop.lose('reservation.confirming', 'after');
    await assert.rejects(shop.stock.confirm({ reservation: id }, { key: 'k' }), isUnavailable);
    shop.mend();
    network.mode = 'slow';
    const asked = ['k', 'k', 'other'].map((key) =>
      shop.stock.confirm({ reservation: id }, { key }),
    );
    await shop.branches.pass(200);
    const [report, ...others] = network.messages.splice(0);
    assert.deepEqual(others, []);
    await report!.deliver();
    report!.answer();
    await shop.branches.settle();
    assert.deepEqual(network.messages, []);
    for (const answer of asked) assert.equal(accepted(await now(answer)).status, 'CONFIRMED');
    await shop.branches.assertSound();
  });

  it('is done with what is in doubt before it stops', async () => {
    const shop = await LostAnswers.open();
    const id = await shop.hold();
    shop.lose('reservation.confirming', 'after');
    await assert.rejects(shop.stock.confirm({ reservation: id }), isUnavailable);
    shop.mend();
    assert.equal(await shop.branch.node.stop(), true);
    assert.equal(await shop.status(id), 'CONFIRMED');
    assert.deepEqual(await shop.branches.centre.inside('tea'), { available: 9, sold: 1 });
    await shop.branches.assertSound();
  });
});

function isUnavailable(error: unknown): boolean {
  return (error as HoldfastError).code === 'unavailable';
}

const NOTHING = {
  ok: false,
  code: 'unavailable',
  details: { reason: 'nothing was said yet' },
} as const;

/** What was answered by now; what is not answered must not hang the test. */
function now(answer: Promise<Answer<Reservation>>): Promise<Answer<Reservation>> {
  return Promise.race([answer, new Promise<Refused>((resolve) => setImmediate(resolve, NOTHING))]);
}

async function isAnswered(answer: Promise<Answer<Reservation>>): Promise<boolean> {
  return (await now(answer)) !== NOTHING;
}
