// The stock of a node, which is a share of a centre's: what comes in and goes under its leases, what is
// held of which, and what becomes of that when a lease is lost. Buyers do not speak to it; NodeStock
// does for them.

import type { Document, Engine } from '../engines/contract.ts';
import { HoldfastError } from '../errors.ts';
import { extend } from '../kernel/amend.ts';
import { QUANTITY_MAX } from '../kernel/check-command.ts';
import type { ExtendCommand, ReserveCommand } from '../kernel/commands.ts';
import { revoke } from '../kernel/confirming.ts';
import type { Holding } from '../kernel/give-back.ts';
import type { Plan } from '../kernel/plan.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import { asJson, type ReservationData, reservationData } from '../kernel/reservation.ts';
import { Stock, type StockOptions } from '../stock.ts';
import type { Granted } from './centre.ts';
import { keptShare, shareDocument } from './kept-share.ts';
import type { Share } from './share.ts';
import type { KeptShare, LeasedPool, LocalUnits } from './share-terms.ts';

export interface Tracked {
  /** By the engine's clock. */
  deadlineMs: number;
  /** Until when its buyer asked for it, which may be longer than the lease lasts. */
  wantedUntilMs: number;
}

export class ShareStock extends Stock implements LocalUnits {
  verdicts = 0;
  protected readonly shares = new Map<string, Share>();
  /** What is held; for a moment longer what was. */
  protected readonly tracked = new Map<string, Tracked>();
  readonly #name: string;
  /** What changes the stock from inside goes one by one. */
  #turn: Promise<unknown> = Promise.resolve();

  protected constructor(engine: Engine, name: string, options: StockOptions) {
    super(engine, { ...options, isNode: true });
    this.#name = name;
  }

  /** Must be called for each pool before anything is sold of it. */
  async attach(share: Share): Promise<void> {
    const opened = await super.putPool({ pool: share.pool });
    if (!opened.ok) throw new RangeError(`no pool can be called ${share.pool}`);
    this.shares.set(share.pool, share);
  }

  // ── What comes and goes ───────────────────────────────────────────────────────────────────────

  async takeIn(share: LeasedPool, { lease, quantity }: Granted, key: string): Promise<void> {
    await this.inTurn(async () => {
      if (share.lease !== lease) return;
      const came = await super.receive({ pool: share.pool, quantity }, { key, principal: 'node' });
      if (!came.ok) throw new HoldfastError('unavailable', came.code);
    });
  }

  letGo(pool: string, quantityMax: number): Promise<number> {
    return this.inTurn(() => this.#letGo(pool, quantityMax));
  }

  async available(pool: string): Promise<number> {
    return (await this.availability([pool]))[0]?.available ?? 0;
  }

  async unsold(pool: string): Promise<number> {
    const found = await this.pool(pool);
    return found === undefined ? 0 : found.available + found.held;
  }

  forget(share: LeasedPool): Promise<void> {
    return this.inTurn(async () => {
      for (const reservation of [...this.tracked.keys()]) {
        const document = await this.document(reservation);
        if (document?.owners?.includes(share.pool) !== true) continue;
        if (document.state === 'HELD') await this.revokeHeld(reservation, 'HELD');
        this.tracked.delete(reservation);
      }
      await this.sweep();
      await this.#letGo(share.pool, Number.MAX_SAFE_INTEGER);
    });
  }

  /** What was held before a restart is followed again. */
  track(document: Document): void {
    const { deadlineMs = 0 } = document;
    this.tracked.set(document.id, { deadlineMs, wantedUntilMs: deadlineMs });
  }

  /** How many reservations are followed. */
  get followed(): number {
    return this.tracked.size;
  }

  /** All that is held goes back to the share, because the node stops. */
  async cancelHeld(): Promise<void> {
    const held = [...this.tracked.keys()];
    await Promise.all(held.map((reservation) => this.cancel({ reservation })));
  }

  async remember(pool: string, kept: KeptShare | undefined): Promise<void> {
    const state = kept === undefined ? 'BACK' : 'OUT';
    const write = { id: shareDocument(pool), kind: 'share', state, data: { ...kept } };
    await this.engine.commit([{ writes: [write], events: [] }]);
  }

  remembered(pool: string): Promise<KeptShare | undefined> {
    return keptShare(this.engine, pool);
  }

  /** A lease was renewed: what was asked for longer than it lasted is kept on. */
  async keepHeld(): Promise<void> {
    const { nowMs } = this.engine.clock();
    const short: [string, Tracked][] = [];
    for (const [reservation, tracked] of this.tracked) {
      const { deadlineMs, wantedUntilMs } = tracked;
      if (nowMs <= deadlineMs && deadlineMs < wantedUntilMs) short.push([reservation, tracked]);
    }
    await Promise.all(
      short.map(async ([reservation, tracked]) => {
        const holdForMs = tracked.wantedUntilMs - nowMs;
        const kept = await this.verb('keep', { reservation }, {}, (holding) =>
          this.extended(holding, { reservation, holdForMs }),
        );
        if (kept.ok) tracked.deadlineMs = kept.value.expiresAtMs ?? 0;
      }),
    );
  }

  /** What has ended is not followed any more. What is due ends with a lease in any case. */
  protected async dropEnded(): Promise<void> {
    const { dueMs } = this.engine.clock();
    const past: string[] = [];
    for (const [reservation, { deadlineMs }] of this.tracked) {
      if (deadlineMs <= dueMs) past.push(reservation);
    }
    if (past.length === 0) return;
    const documents = await this.engine.documents(past);
    for (const [index, reservation] of past.entries()) {
      const { state, deadlineMs = 0 } = documents[index] ?? {};
      const tracked = this.tracked.get(reservation);
      // It was given more time, and the answer was lost.
      if (tracked !== undefined && state === 'HELD' && deadlineMs > dueMs) {
        tracked.deadlineMs = deadlineMs;
      } else this.tracked.delete(reservation);
    }
  }

  // ── Under which lease ─────────────────────────────────────────────────────────────────────────

  protected override planReserve(command: ReserveCommand): Plan | Promise<Plan> {
    const untilMs = this.endOf(command.lines);
    if (typeof untilMs !== 'number') return untilMs;
    // At once: a node knows no limits.
    const plan = super.planReserve(command) as Plan;
    return this.leased(capped(plan, untilMs));
  }

  /** When the leases of these pools end, by the engine's clock. */
  protected endOf(lines: readonly { pool: string }[]): number | Refused {
    let leftMs = Number.POSITIVE_INFINITY;
    for (const [line, { pool }] of lines.entries()) {
      const share = this.shares.get(pool);
      if (share === undefined) return refuse('unknown-pool', { pool });
      if (share.lease === undefined) {
        const details = { pool, available: 0, account: 'available', line };
        return share.isDry
          ? refuse('insufficient-stock', details)
          : refuse('unavailable', { pool });
      }
      leftMs = Math.min(leftMs, share.leftMs);
    }
    return this.engine.clock().nowMs + Math.floor(leftMs);
  }

  /** Each line says which lease it is of. */
  protected leased(plan: Plan): Plan {
    const write = plan.ok ? plan.transaction.writes![0]! : undefined;
    if (write === undefined) return plan;
    const { lines } = write.data as unknown as ReservationData;
    const leases = lines.map(({ pool }) => this.shares.get(pool)!.lease!);
    write.data = asJson({ ...write.data, sale: { node: this.#name, leases } });
    return plan;
  }

  protected extended(holding: Holding, command: ExtendCommand): Plan {
    const plan = extend(holding, command);
    const untilMs = this.endOf(reservationData(holding.document).lines);
    if (!plan.ok || typeof untilMs !== 'number') return plan.ok ? (untilMs as Refused) : plan;
    return capped(plan, untilMs);
  }

  protected isLost(document: Document): boolean {
    const { lines } = reservationData(document);
    return lines.some((_, line) => this.#isLineLost(document, line));
  }

  #isLineLost(document: Document, line: number): boolean {
    const { lines, sale } = reservationData(document);
    return this.shares.get(lines[line]!.pool)?.lease !== sale?.leases[line];
  }

  /** Must be called in turn. Lines whose lease is not the share's any more are written off here. */
  protected async revokeHeld(reservation: string, from: 'HELD' | 'CONFIRMING'): Promise<void> {
    await this.verb('revoke', { reservation }, {}, (holding) => {
      const { document } = holding;
      if (document.state !== from) return refuse('confirm-in-progress');
      return revoke(holding, (line) => this.#isLineLost(document, line));
    });
  }

  async #letGo(pool: string, quantityMax: number): Promise<number> {
    const quantity = Math.min(quantityMax, await this.available(pool), QUANTITY_MAX);
    if (quantity === 0) return 0;
    const gone = await super.adjust({ pool, quantity: -quantity, upTo: true });
    return gone.ok ? gone.value.quantity : 0;
  }

  protected inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(run, run);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  protected async document(id: string): Promise<Document | undefined> {
    return (await this.engine.documents([id]))[0];
  }
}

/** The deadline of what a plan holds comes no later than this. */
function capped(plan: Plan, untilMs: number): Plan {
  const deadline = plan.ok ? plan.transaction.writes?.[0]?.deadline : undefined;
  if (deadline === undefined || 'keep' in deadline || untilMs === Number.POSITIVE_INFINITY)
    return plan;
  deadline.notAfterMs = Math.min(deadline.notAfterMs ?? untilMs, untilMs);
  return plan;
}
