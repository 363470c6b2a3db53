// Checks again what another store has decided, entry by entry in its order, over the state that is
// recorded. An entry is taken whole if it goes on from there; otherwise none of it, and an event revokes
// it. Looks nothing up, and never decides anew.

import type { AccountId, Decided, ResolvedMove } from '../engines/contract.ts';
import { moveUnits, setFloor, spareOf } from './account-steps.ts';
import { BALANCE_MAX } from './accounts.ts';
import { type AccountChange, Overlay, type Snapshot } from './overlay.ts';
import { type DecisionName, type RefusedDecision, revoking, type WhyRefused } from './revoking.ts';

/** The state that is recorded, and how it came to be so. */
export interface Recorded {
  snapshot: Snapshot;
  /** When an owner was last touched; 0 for never. */
  touchedMs(owner: string): number;
  /** Owners whose numbers do not go on, with the first entry that was refused. */
  halted: ReadonlyMap<string, DecisionName>;
}

export class Recheck {
  readonly overlay: Overlay;
  readonly refused: RefusedDecision[] = [];
  /** Owners that do not go on, those of this run included. */
  readonly halted: Map<string, DecisionName>;
  /** When the owners that this run touched were touched last. */
  readonly touchedMs = new Map<string, number>();
  /** What accounts had when their floors were last set: from there on they only went up, if below. */
  readonly prior = new Map<AccountId, number>();
  readonly #recorded: Recorded;
  /** The accounts of the entry at hand, with balance, floor and inflow before each touch. */
  readonly #touched: AccountChange[] = [];
  readonly #before: number[] = [];
  #latestMs = 0;

  constructor(recorded: Recorded) {
    this.#recorded = recorded;
    this.overlay = new Overlay(recorded.snapshot);
    this.halted = new Map(recorded.halted);
  }

  /** Takes a well-formed entry: undefined. Or refuses it, and says what to write instead. */
  take(decided: Decided, name: DecisionName): Decided | undefined {
    const why = this.#against(decided) ?? this.#carry(decided);
    if (why !== undefined) return this.refuse(decided, name, why);
    this.#accept(decided);
    return undefined;
  }

  /** Refuses an entry for a reason of the caller's. */
  refuse(decided: Decided, name: DecisionName, why: WhyRefused): Decided {
    for (const [owner] of decided.seqs) if (!this.halted.has(owner)) this.halted.set(owner, name);
    const entry = revoking({ decided, name, why, latestMs: this.#latestMs });
    this.refused.push({ ...name, why, revoking: entry });
    return entry;
  }

  /** What of the state does not fit. */
  #against(decided: Decided): WhyRefused | undefined {
    const { request } = decided;
    if (request !== undefined && this.overlay.request(request) !== undefined) {
      return { code: 'request-reused' };
    }
    return this.#againstNumbers(decided) ?? this.#againstDocuments(decided);
  }

  #againstNumbers({ atMs, seqs }: Decided): WhyRefused | undefined {
    for (const [owner, seq] of seqs) {
      const found = this.overlay.owner(owner).seq;
      if (seq !== found + 1) {
        const after = this.halted.get(owner);
        return { code: 'seq', owner, found, ...(after === undefined ? {} : { after }) };
      }
      const foundMs = this.touchedMs.get(owner) ?? this.#recorded.touchedMs(owner);
      if (atMs < foundMs) return { code: 'time', foundMs };
    }
    return undefined;
  }

  #againstDocuments({ atMs, documents }: Decided): WhyRefused | undefined {
    for (const { id, version, createdAtMs } of documents) {
      const before = this.overlay.document(id);
      const found = before?.version ?? 0;
      if (version !== found + 1) return { code: 'document', document: id, found };
      if (before === undefined) continue;
      if (atMs < before.updatedAtMs) return { code: 'time', foundMs: before.updatedAtMs };
      if (createdAtMs !== before.createdAtMs) return { code: 'malformed', what: 'createdAtMs' };
    }
    return undefined;
  }

  /** Moves its units; if one of the moves cannot be made, none. */
  #carry({ floors = [], moves }: Decided): WhyRefused | undefined {
    this.#touched.length = 0;
    this.#before.length = 0;
    for (const { account: id, floor } of floors) {
      const account = this.overlay.account(id);
      this.#remember(account);
      setFloor(account, floor);
    }
    for (const move of moves) {
      const why = this.#move(move);
      if (why === undefined) continue;
      this.#takeBack();
      return why;
    }
    // By the moves: what stands below a new floor when it is set may only go up from there.
    for (let touch = 0; touch < floors.length; touch += 1) {
      this.prior.set(this.#touched[touch]!.id, this.#before[3 * touch]!);
    }
    return undefined;
  }

  #move({ from, to, quantity }: ResolvedMove): WhyRefused | undefined {
    const source = this.overlay.account(from);
    const target = this.overlay.account(to);
    if (source.balance - quantity < -BALANCE_MAX) return { code: 'balance-range', account: from };
    if (source.balance - quantity < source.floor) {
      return { code: 'insufficient', account: from, available: spareOf(source) };
    }
    if (target.balance + quantity > BALANCE_MAX) return { code: 'balance-range', account: to };
    this.#remember(source);
    this.#remember(target);
    moveUnits(source, target, quantity);
    return undefined;
  }

  #remember(account: AccountChange): void {
    this.#touched.push(account);
    this.#before.push(account.balance, account.floor, account.inflow);
  }

  #takeBack(): void {
    for (let touch = this.#touched.length - 1; touch >= 0; touch -= 1) {
      const account = this.#touched[touch]!;
      account.balance = this.#before[3 * touch]!;
      account.floor = this.#before[3 * touch + 1]!;
      account.inflow = this.#before[3 * touch + 2]!;
    }
  }

  #accept(decided: Decided): void {
    const { overlay } = this;
    for (const account of this.#touched) {
      if (account.changed) continue;
      account.changed = true;
      overlay.changedAccounts.push(account);
    }
    for (const [id, seq] of decided.seqs) {
      const owner = overlay.owner(id);
      if (owner.raisedAt === 0) overlay.changedOwners.push(owner);
      owner.raisedAt = 1;
      owner.seq = seq;
      this.touchedMs.set(id, decided.atMs);
      if (this.halted.size > 0) this.halted.delete(id);
    }
    overlay.accept({ ...decided, position: 0 });
    this.#latestMs = decided.atMs;
  }
}
