// Every verb of a lease as a method: takes a share out, keeps it, records what was sold of it, gives
// it back. Holds no rule; the kernel plans.

import type { Lane } from '../engines/batcher.ts';
import * as check from '../kernel/check-lease.ts';
import { type Lease, type LeaseHolding, viewLease } from '../kernel/lease.ts';
import type * as commands from '../kernel/lease-commands.ts';
import {
  giveBackLease,
  openLease,
  renewLease,
  topUpLease,
  writeOffLease,
} from '../kernel/lease-verbs.ts';
import type { Plan } from '../kernel/plan.ts';
import { refuse } from '../kernel/refusals.ts';
import type { Answer, CallOptions } from '../stock.ts';
import { findLease, type LeaseParts } from './lease-parts.ts';
import { LeaseSales } from './lease-sales.ts';
import {
  type LeaseMoved,
  type LeasePage,
  type LeaseQuery,
  type Recorded,
  viewLeaseMoved,
} from './lease-views.ts';

export class Leases {
  readonly #parts: LeaseParts;
  readonly #sales: LeaseSales;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.#sales = new LeaseSales(parts);
  }

  /** Units of a pool go out to a node: all, or as many as there are, at least `quantityMin`. */
  open(command: commands.LeaseCommand, options: CallOptions = {}): Promise<Answer<LeaseMoved>> {
    const wrong = check.checkLease(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#parts.run('reserve', options, ['lease', command], {
      plan: () => openLease(command, this.#parts.newId()),
      value: viewLeaseMoved,
    });
  }

  /** More units into the same lease. */
  topUp(command: commands.TopUpCommand, options: CallOptions = {}) {
    const wrong = check.checkTopUp(command);
    const run = () =>
      this.#verb(['top-up', command], options, (lease) => topUpLease(lease, command), 'reserve');
    return wrong ? Promise.resolve(wrong) : run();
  }

  /** Its end moves away. Refused once it has ended. */
  renew(command: commands.RenewCommand, options: CallOptions = {}) {
    const wrong = check.checkRenew(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#verb(['renew', command], options, (lease) => renewLease(lease, command));
  }

  /** Unsold units come back; without a quantity all, and the lease is closed. */
  giveBack(command: commands.GiveBackCommand, options: CallOptions = {}) {
    const wrong = check.checkGiveBack(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#verb(['give-back', command], options, (lease) => giveBackLease(lease, command));
  }

  /** A person ends it: what nobody reported is written off, or sold again. */
  writeOff(command: commands.WriteOffCommand, options: CallOptions = {}) {
    const wrong = check.checkWriteOff(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#verb(['write-off', command], options, (lease) => writeOffLease(lease, command));
  }

  /**
   * What the node has sold becomes confirmed reservations, each sale on its own and each once, by its
   * id. Refused are sales of a lease that has ended, and those that a purchase limit has no room for;
   * an offline till's are recorded all the same, because they have happened.
   */
  record(
    command: commands.RecordCommand,
    options: Pick<CallOptions, 'principal'> = {},
  ): Promise<Answer<Recorded>> {
    return this.#sales.record(command, options);
  }

  /** A till reports the last of what it sold and gives back the rest; the lease is closed. */
  async settle(command: commands.SettleCommand, options: CallOptions = {}) {
    const { lease, sales = [] } = command;
    if (sales.length > 0) {
      const recorded = await this.record({ lease, sales }, options);
      if (!recorded.ok) return recorded;
      const failed = recorded.value.results.find((result) => !result.ok);
      if (failed?.ok === false) {
        return refuse(failed.code, { ...failed.details, sale: failed.sale });
      }
    }
    return this.#verb(['settle', { lease }], options, (found) => giveBackLease(found, { lease }));
  }

  async lease(id: string): Promise<Lease | undefined> {
    const { dueMs } = this.#parts.engine.clock();
    const [document] = await this.#parts.engine.documents([id]);
    return document?.kind === 'lease' ? viewLease(document, dueMs) : undefined;
  }

  /** Newest first. May be a little behind what was accepted last; `asOf` says where it stands. */
  async search(query: LeaseQuery = {}): Promise<LeasePage> {
    const { node, pool, status, before, limit = 50 } = query;
    const { engine } = this.#parts;
    const { dueMs } = engine.clock();
    const page = await engine.find({
      kind: 'lease',
      limit,
      ...(node === undefined ? {} : { reference: node }),
      ...(pool === undefined ? {} : { owner: pool }),
      ...(status === undefined ? {} : { states: [status], due: { dueMs, state: 'EXPIRED' } }),
      ...(before === undefined ? {} : { before }),
    });
    const leases = page.documents.map((document) => viewLease(document, dueMs));
    const last = leases.length === limit ? leases.at(-1) : undefined;
    return { leases, asOf: page.asOf, ...(last === undefined ? {} : { next: last.id }) };
  }

  #verb(
    asked: readonly [string, commands.LeaseVerb],
    options: CallOptions,
    rule: (lease: LeaseHolding) => Plan,
    lane: Lane = 'finish',
  ): Promise<Answer<LeaseMoved>> {
    const id = asked[1].lease;
    if (typeof id !== 'string') {
      return Promise.resolve(refuse('invalid-request', { field: 'lease' }));
    }
    return this.#parts.run(lane, options, asked, {
      plan: async () => {
        const found = await findLease(this.#parts.engine, id);
        return found === undefined ? refuse('unknown-lease', { lease: id }) : rule(found);
      },
      value: viewLeaseMoved,
    });
  }
}
