// A node online: it sells from its share, a sale is final once the centre has it, and what it does not
// sell comes back: by itself, when it stops, when it dies.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Outcome, Transaction } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { accepted, refused } from '../support/shop.ts';
import { type Branch, Branches, LEASE_MS } from './branches.ts';

const one = (pool = 'tea', quantity = 1) => ({ lines: [{ pool, quantity }], holdForMs: 60_000 });

async function sell(branches: Branches, { node }: Branch, quantity = 1): Promise<string> {
  const held = node.stock.reserve(one('tea', quantity));
  await branches.settle();
  const { id } = accepted(await held);
  const sold = node.stock.confirm({ reservation: id });
  await branches.settle();
  assert.equal(accepted(await sold).status, 'CONFIRMED');
  return id;
}

/** Answers what it has decided when the test says so. */
class GatedEngine extends MemoryEngine {
  gate: Promise<void> | undefined;

  override async commit(batch: readonly Transaction[]): Promise<Outcome[]> {
    const answered = await super.commit(batch);
    await this.gate;
    return answered;
  }
}

describe('a node', () => {
  it('takes its share, sells from it, and the centre has each sale', async () => {
    const branches = await Branches.open({ tea: 100 });
    const branch = await branches.branch();
    assert.deepEqual(await branches.centre.inside('tea'), { available: 90, leased: 10 });
    const id = await sell(branches, branch, 2);
    assert.deepEqual(await branches.centre.inside('tea'), { available: 90, leased: 8, sold: 2 });
    assert.equal((await branches.centre.stock.reservation(id))!.status, 'CONFIRMED');
    assert.equal((await branch.node.stock.reservation(id))!.status, 'CONFIRMED');
    const again = await branch.node.stock.confirm({ reservation: id });
    refused(again, 'already-confirmed');
    await branches.assertSound();
  });

  it('asks for more before it runs dry, and at once when it is', async () => {
    const branches = await Branches.open({ tea: 25 });
    const branch = await branches.branch();
    for (let sold = 0; sold < 25; sold += 1) await sell(branches, branch);
    const none = branch.node.stock.reserve(one());
    await branches.settle();
    refused(await none, 'insufficient-stock');
    assert.deepEqual(await branches.centre.inside('tea'), { sold: 25 });
    // Known for a moment: nobody waits for the centre to hear it again.
    branch.network.mode = 'slow';
    refused(await branch.node.stock.reserve(one()), 'insufficient-stock');
    assert.deepEqual(branch.network.messages, []);
    await branches.assertSound();
  });

  it('finds what was given back elsewhere', async () => {
    const branches = await Branches.open({ tea: 10 });
    const branch = await branches.branch();
    const id = await sell(branches, branch, 10);
    const lines = [{ pool: 'tea', quantity: 3 }];
    accepted(await branches.centre.stock.return({ reservation: id, lines }));
    await branches.pass(250);
    await sell(branches, branch, 3);
  });

  it('promises nothing beyond its lease, and keeps on what was asked for longer', async () => {
    const branches = await Branches.open({ tea: 10 });
    const { node, network, time } = await branches.branch();
    const held = accepted(await node.stock.reserve({ ...one(), holdForMs: 60_000 }));
    assert.ok(held.expiresAtMs! <= time.wallMs() + LEASE_MS);
    await branches.pass(4 * LEASE_MS);
    const kept = (await node.stock.reservation(held.id))!;
    assert.equal(kept.status, 'HELD');
    assert.ok(kept.expiresAtMs! <= time.wallMs() + LEASE_MS);
    network.mode = 'cut';
    await branches.pass(LEASE_MS);
    assert.notEqual((await node.stock.reservation(held.id))!.status, 'HELD');
    refused(await node.stock.reserve(one()), 'unavailable');
    network.mode = 'open';
    await branches.pass(1_000);
    assert.deepEqual(await branches.centre.inside('tea'), { leased: 10 });
    await branches.assertSound();
  });

  it('takes back what it granted when its own commit took longer than its lease', async () => {
    const branches = await Branches.open({ tea: 10 });
    const engine = async (time: ManualTime) => new GatedEngine({ time });
    const { node, network } = await branches.branch({ engine });
    network.mode = 'cut';
    const { promise, resolve } = Promise.withResolvers<void>();
    const gated = node.stock.engine as GatedEngine;
    gated.gate = promise;
    const held = node.stock.reserve(one());
    // Decided in time, and not answered in time.
    await new Promise(setImmediate);
    for (const { time } of [branches.centre, ...branches.all]) time.passMs(LEASE_MS);
    resolve();
    gated.gate = undefined;
    await branches.settle();
    refused(await held, 'unavailable');
    await branches.settle();
    assert.deepEqual([await node.stock.unsold('tea')], [0]);
    await branches.assertSound();
  });

  it('cannot sell what it held before it was cut off, however late it comes', async () => {
    const branches = await Branches.open({ tea: 1 });
    const { node, network } = await branches.branch();
    const { id } = accepted(await node.stock.reserve(one()));
    network.mode = 'slow';
    const late = node.stock.confirm({ reservation: id });
    await branches.pass(LEASE_MS);
    const buyer = await branches.centre.stock.reserve(one());
    accepted(await branches.centre.stock.confirm({ reservation: accepted(buyer).id }));
    for (const message of network.messages) {
      await message.deliver();
      message.answer();
    }
    await branches.pass(100);
    refused(await late, 'lease-ended');
    assert.deepEqual(await branches.centre.inside('tea'), { sold: 1 });
    await branches.assertSound();
  });

  it('says 503 while it does not know, and the same answer to all who ask', async () => {
    const branches = await Branches.open({ tea: 10 });
    const { node, network } = await branches.branch();
    const { id } = accepted(await node.stock.reserve(one()));
    network.mode = 'deaf';
    const first = node.stock.confirm({ reservation: id }, { key: 'k' });
    await branches.pass(1_000);
    assert.equal((await node.stock.reservation(id))!.status, 'CONFIRMING');
    const second = node.stock.confirm({ reservation: id }, { key: 'k' });
    refused(await node.stock.cancel({ reservation: id }), 'confirm-in-progress');
    await branches.pass(3_050);
    refused(await first, 'unavailable');
    refused(await second, 'unavailable');
    network.mode = 'open';
    const third = node.stock.confirm({ reservation: id }, { key: 'k' });
    await branches.pass(1_000);
    assert.equal(accepted(await third).status, 'CONFIRMED');
    assert.equal((await branches.centre.inside('tea')).sold, 1);
    await branches.assertSound();
  });

  it('refuses its buyer whom a limit of the centre leaves nothing, and sells the unit on', async () => {
    const branches = await Branches.open({ tea: 10 });
    const rule = { limit: 'one', per: 'buyer', scope: 'all', quantityMax: 1 } as const;
    accepted(await branches.centre.stock.putLimit(rule));
    const { node } = await branches.branch();
    const ids: string[] = [];
    for (const buyer of ['ada', 'ada']) {
      ids.push(accepted(await node.stock.reserve({ ...one(), buyer })).id);
    }
    const answers = ids.map((reservation) => node.stock.confirm({ reservation }));
    await branches.settle();
    accepted(await answers[0]!);
    refused(await answers[1]!, 'limit-exceeded');
    assert.equal((await node.stock.reservation(ids[1]!))!.status, 'CANCELLED');
    assert.equal(await node.stock.available('tea'), 9);
    await branches.assertSound();
  });

  it('does not take for astray what was sold while the answer to a renewal was on its way', async () => {
    const branches = await Branches.open({ tea: 100 });
    const branch = await branches.branch();
    const { network } = branch;
    await branches.pass(LEASE_MS / 3 - 50);
    network.mode = 'slow';
    await branches.pass(50);
    const [renewal] = network.messages;
    await renewal!.deliver();
    network.mode = 'open';
    await sell(branches, branch, 2);
    renewal!.answer();
    await branches.pass(100);
    assert.equal((await branches.centre.inside('tea')).leased, 8);
    for (let sold = 0; sold < 8; sold += 1) await sell(branches, branch);
    await branches.assertSound();
  });

  it('gives back what idles once the centre has none, within the time of a lease', async () => {
    const branches = await Branches.open({ tea: 10 });
    await branches.branch();
    refused(await branches.centre.stock.reserve(one()), 'insufficient-stock');
    await branches.pass((2 / 3) * LEASE_MS);
    accepted(await branches.centre.stock.reserve(one('tea', 5)));
    await branches.pass((1 / 3) * LEASE_MS);
    accepted(await branches.centre.stock.reserve(one('tea', 5)));
    await branches.assertSound();
  });

  it('gives all back when it stops, and when it dies its lease does', async () => {
    const branches = await Branches.open({ tea: 20 });
    const [one, other] = [await branches.branch(), await branches.branch()];
    await sell(branches, one);
    accepted(await one.node.stock.reserve({ lines: [{ pool: 'tea', quantity: 2 }] }));
    assert.equal(await one.node.stop(), true);
    assert.equal((await branches.centre.inside('tea')).available, 9);
    other.network.mode = 'cut';
    await branches.pass(LEASE_MS);
    const all = { lines: [{ pool: 'tea', quantity: 19 }] };
    accepted(await branches.centre.stock.reserve(all));
    await branches.assertSound();
  });

  it('sells carts of several pools, each line from its own lease', async () => {
    const branches = await Branches.open({ tea: 10, cup: 1 });
    const { node } = await branches.branch({ pools: ['tea', 'cup'] });
    const lines = ['tea', 'cup'].map((pool) => ({ pool, quantity: 1 }));
    const { id } = accepted(await node.stock.reserve({ lines }));
    const changed = await node.stock.change({
      reservation: id,
      lines: [...lines.slice(1), { pool: 'tea', quantity: 2 }],
    });
    accepted(changed);
    const sold = node.stock.confirm({ reservation: id, lines: [{ pool: 'tea', quantity: 2 }] });
    await branches.settle();
    accepted(await sold);
    const { sold: tea } = await branches.centre.inside('tea');
    assert.deepEqual([tea, (await branches.centre.inside('cup')).sold], [2, undefined]);
    refused(await node.stock.reserve(one('bowl')), 'unknown-pool');
    await branches.assertSound();
  });

  it('leaves to the centre what is the centre’s', async () => {
    const branches = await Branches.open({ tea: 10 });
    const { stock } = (await branches.branch()).node;
    const lease = { node: 'a', pool: 'tea', quantity: 1 };
    refused(await stock.receive({ pool: 'tea', quantity: 1 }), 'only-at-centre');
    refused(await stock.leases.open(lease), 'only-at-centre');
  });
});
