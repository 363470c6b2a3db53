// Carries one sequence of steps out on real nodes with a bad network between them and their centre, and
// judges: nobody is told "sold" who has not got it, at that moment and at the end; nothing is sold
// twice; when all has ended nothing is out and nothing is missing.

import assert from 'node:assert/strict';
import type { HoldfastError } from '../../src/errors.ts';
import type { Reservation } from '../../src/kernel/reservation.ts';
import { standingUnits } from '../../src/kernel/reservation.ts';
import type { Answer } from '../../src/stock.ts';
import { type Branch, Branches, type BranchOptions, LEASE_MS } from './branches.ts';
import { LosingEngine } from './losing-engine.ts';
import type { Step } from './steps.ts';

const STOCK = { tea: 12, cup: 6 };
const POOLS = Object.keys(STOCK);
/** The second node's clock runs slow, as far as it may; the third sells offline, and keeps its memory. */
const PLACES = [{ pace: 1 }, { pace: 0.96 }, { pace: 1, offline: true }];
const TILL = 2;
const NODE: BranchOptions = {
  pools: POOLS,
  units: 4,
  engine: async (time) => new LosingEngine({ time }),
};

export class SequenceRun {
  readonly #branches: Branches;
  /** Held at each node, by the life of the node that holds it. */
  readonly #held: string[][] = PLACES.map(() => []);
  readonly #lives = PLACES.map(() => 0);
  readonly #told = new Map<string, number>();
  readonly #wrong: string[] = [];

  private constructor(branches: Branches) {
    this.#branches = branches;
  }

  static async run(steps: readonly Step[]): Promise<void> {
    const branches = await Branches.open(STOCK);
    for (const place of PLACES) await branches.branch({ ...NODE, ...place });
    const run = new SequenceRun(branches);
    for (const step of steps) {
      await run.#carryOut(step);
      await branches.settle();
      assert.deepEqual(run.#wrong, []);
    }
    await run.#end();
  }

  async #carryOut(step: Step): Promise<void> {
    const branches = this.#branches;
    if (step.do === 'pass') return branches.pass(step.ms);
    if (step.do === 'buy') return this.#buy(step.quantity);
    const branch = branches.all[step.at]!;
    switch (step.do) {
      case 'network':
        branch.network.mode = step.mode;
        return;
      case 'die':
        if (step.at === TILL) return;
        this.#lives[step.at]! += 1;
        this.#held[step.at] = [];
        return branches.start(branch, NODE);
      case 'store': {
        const { when, step: lost } = step;
        storeOf(branch).loses = when === 'well' ? undefined : { step: lost, when };
        return;
      }
      case 'reserve':
        this.#reserve(step);
        return;
      case 'confirm':
      case 'cancel':
      case 'extend':
        this.#ask(step.do, step.at, step.which);
        return;
      default:
        await this.#carry(branch, step.do, step.which);
    }
  }

  /** A buyer at the centre, who may be refused. */
  async #buy(quantity: number): Promise<void> {
    const { stock } = this.#branches.centre;
    const held = await stock.reserve({ lines: [{ pool: 'tea', quantity }] });
    if (held.ok) this.#hear(await stock.confirm({ reservation: held.value.id }));
  }

  #reserve({ at, quantity, pools }: Extract<Step, { do: 'reserve' }>): void {
    const life = this.#lives[at];
    const chosen = POOLS.filter((_, index) => (pools & (1 << index)) !== 0);
    const lines = chosen.map((pool) => ({ pool, quantity }));
    void this.#stockAt(at)
      .reserve({ lines, holdForMs: 4_000 })
      .then((answer) => {
        if (answer.ok && this.#lives[at] === life) this.#held[at]!.push(answer.value.id);
      }, unknown);
  }

  #ask(verb: 'confirm' | 'cancel' | 'extend', at: number, which: number): void {
    const life = this.#lives[at];
    const reservation = this.#held[at]![which];
    if (reservation === undefined) return;
    const stock = this.#stockAt(at);
    if (verb === 'cancel') void stock.cancel({ reservation }).catch(unknown);
    else if (verb === 'extend') void stock.extend({ reservation, holdForMs: 5_000 });
    else {
      void stock.confirm({ reservation }).then((answer) => {
        // Whom a dead node would have answered nobody hears.
        if (this.#lives[at] === life) this.#hear(answer, at === TILL);
      }, unknown);
    }
  }

  async #carry({ network }: Branch, how: 'deliver' | 'answer' | 'lose' | 'repeat', which: number) {
    const message = network.messages[which];
    if (message === undefined) return;
    if (how === 'deliver' || how === 'repeat') await message.deliver();
    if (how === 'answer') {
      await message.deliver();
      message.answer();
      network.messages.splice(which, 1);
    }
    if (how === 'lose') message.lose();
  }

  /** Somebody was told that it is sold: then the centre has it. */
  #hear(answer: Answer<Reservation>, isReportedLater = false): void {
    if (!answer.ok) return;
    const { id, lines } = answer.value;
    const units = lines.reduce((sum, { confirmed = 0 }) => sum + confirmed, 0);
    this.#told.set(id, units);
    if (isReportedLater) return;
    this.#branches.centre.stock.reservation(id).then((found) => {
      if (found?.status !== 'CONFIRMED') this.#wrong.push(`${id} was told as sold too early`);
    });
  }

  async #end(): Promise<void> {
    const branches = this.#branches;
    // What was held back arrives at last, and late.
    for (const branch of branches.all) {
      branch.network.mode = 'open';
      storeOf(branch).loses = undefined;
    }
    await branches.pass(LEASE_MS + 500);
    for (const { network } of branches.all) {
      for (const message of network.messages) {
        await message.deliver();
        message.answer();
      }
    }
    // Leases that nobody heard of in time end, too.
    await branches.pass(LEASE_MS + 500);
    assert.deepEqual(this.#wrong, []);
    // What one tick has begun comes to its end without another.
    for (let turn = 0; turn < 5; turn += 1) await branches.settle();
    await this.#assertShares();
    await this.#assertEnded();
    for (const { node } of branches.all) assert.equal(await node.stop(), true);
    await branches.pass(LEASE_MS + 500);
    await branches.centre.stock.sweep();
    await branches.assertSound();
    await this.#assertSold();
  }

  /** With nothing under way each node has just what is out with it. */
  async #assertShares(): Promise<void> {
    const { leases } = await this.#branches.centre.stock.leases.search({ status: 'ACTIVE' });
    for (const { node } of this.#branches.all) {
      for (const pool of POOLS) {
        const mine = leases.filter((it) => it.node === node.name && it.pool === pool);
        const out = mine.reduce((sum, { quantity }) => sum + quantity, 0);
        const { available, held } = (await node.stock.pool(pool))!;
        const shown = `${node.name} has ${available + held} ${pool} and ${out} out`;
        // A till finds out when it is settled what came late.
        const isRight = node.isOffline ? available + held <= out : available + held === out;
        assert.ok(isRight, shown);
      }
    }
  }

  /** No confirm is under way for ever. */
  async #assertEnded(): Promise<void> {
    for (const { node } of this.#branches.all) {
      const query = { kind: 'reservation', states: ['CONFIRMING'], limit: 10 };
      const { documents } = await node.stock.engine.find(query);
      assert.deepEqual(documents, [], node.name);
    }
  }

  async #assertSold(): Promise<void> {
    const { centre } = this.#branches;
    const { documents } = await centre.engine.find({ kind: 'reservation', limit: 10_000 });
    const sold = documents.filter(({ state }) => state === 'CONFIRMED');
    for (const [id, units] of this.#told) {
      const found = sold.find((document) => document.id === id);
      assert.equal(found && standingUnits(found), units, `${id} was told as sold`);
    }
    for (const [pool, units] of Object.entries(STOCK)) {
      const { available, sold: gone, held, leased } = (await centre.stock.pool(pool))!;
      assert.deepEqual([available + gone, held, leased], [units, 0, 0], pool);
    }
  }

  #stockAt(at: number) {
    return this.#branches.all[at]!.node.stock;
  }
}

function storeOf({ node }: Branch): LosingEngine {
  return node.stock.engine as LosingEngine;
}

/** Nobody knows what became of it: its buyer was told just that. */
function unknown(error: unknown): void {
  if ((error as HoldfastError).code !== 'unavailable') throw error;
}
