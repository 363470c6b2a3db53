// A centre and its nodes in one process, each node with a store, a clock and a network of its own. Time
// passes when the test says so. At the end it proves that nothing was sold twice and nothing is missing.

import assert from 'node:assert/strict';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { SellingNode } from '../../src/quota/selling-node.ts';
import { verify } from '../../src/verify/verify.ts';
import { Shop } from '../support/shop.ts';
import { BadNetwork } from './bad-network.ts';
import { directCentre } from './direct-centre.ts';

export const LEASE_MS = 3_000;

export interface BranchOptions {
  name?: string;
  units?: number;
  pools?: string[];
  offline?: boolean;
  /** How fast its clock runs. */
  pace?: number;
  engine?: (time: ManualTime) => Promise<Engine>;
}

/** A node, where it runs, and what it told its buyers. */
export class Branch {
  readonly network = new BadNetwork();
  readonly time: ManualTime;
  readonly pace: number;
  readonly said: string[] = [];
  /** Missing while it is not running. */
  node!: SellingNode;

  constructor(time: ManualTime, pace: number) {
    this.time = time;
    this.pace = pace;
  }
}

export class Branches {
  readonly centre: Shop;
  readonly all: Branch[] = [];

  private constructor(centre: Shop) {
    this.centre = centre;
  }

  static async open(stock: Record<string, number>): Promise<Branches> {
    return new Branches(await (await Shop.open()).fill(stock));
  }

  async branch(options: BranchOptions = {}): Promise<Branch> {
    const branch = new Branch(new ManualTime(this.centre.time.wallMs()), options.pace ?? 1);
    this.all.push(branch);
    await this.start(branch, options);
    return branch;
  }

  /** Starts a node anew, with a memory of nothing unless it brings an engine. */
  async start(branch: Branch, options: BranchOptions = {}): Promise<void> {
    const {
      name = `node-${this.all.indexOf(branch) + 1}`,
      units = 10,
      pools = ['tea'],
      offline,
    } = options;
    const { time, network, said } = branch;
    branch.node = await SellingNode.open({
      engine:
        options.engine === undefined ? new MemoryEngine({ time }) : await options.engine(time),
      centre: network.over(directCentre(this.centre.stock)),
      name,
      pools,
      units,
      leaseForMs: offline === true ? undefined : LEASE_MS,
      time,
      sweep: false,
      say: (text) => said.push(text),
      rest: () => this.pass(20),
    });
    await this.settle();
  }

  /** Time passes everywhere, in steps at which every node may begin what it has to. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      const step = Math.min(50, left);
      this.centre.time.passMs(step);
      for (const { time, pace } of this.all) time.passMs(step * pace);
      await this.settle();
    }
  }

  /** Nodes begin what they have to, and everything under way comes to where it waits for time. */
  async settle(): Promise<void> {
    for (const { node } of this.all) node?.tick();
    for (let turn = 0; turn < 12; turn += 1) {
      await new Promise(setImmediate);
      // A read waits for what is on its way to the disk.
      for (const { node } of this.all) await node?.stock.engine.documents(['none']);
    }
  }

  /** Everything agrees: journals, balances, claims, at the centre and at every node. */
  async assertSound(): Promise<void> {
    const report = await verify(this.centre.engine);
    assert.deepEqual(report.problems, []);
    for (const { node } of this.all) {
      assert.deepEqual((await verify(node.stock.engine)).problems, []);
    }
  }
}
