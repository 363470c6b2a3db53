// The library as a node has it: the same verbs over a share of a centre's stock. It grants nothing
// beyond its lease and looks again after each grant; a sale is final once the centre has recorded it,
// or, at an offline till, at once. What is the centre's alone is refused.

import type { Engine } from '../engines/contract.ts';
import { change } from '../kernel/change.ts';
import * as check from '../kernel/check-command.ts';
import {
  type ChangeCommand,
  type ConfirmCommand,
  type ExtendCommand,
  HOLD_DEFAULT_MS,
  type ReserveCommand,
} from '../kernel/commands.ts';
import { beginConfirm, finishConfirm } from '../kernel/confirming.ts';
import { confirm } from '../kernel/finish.ts';
import type { Holding } from '../kernel/give-back.ts';
import type { LeasedSale } from '../kernel/lease-sales.ts';
import type { Plan } from '../kernel/plan.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import { asJson, type Reservation, reservationData } from '../kernel/reservation.ts';
import type { Answer, CallOptions, StockOptions } from '../stock.ts';
import type { Verdict } from './centre.ts';
import { OpenConfirms } from './open-confirms.ts';
import { ShareStock } from './share-stock.ts';
import { passing } from './share-terms.ts';

export interface NodeSettings {
  name: string;
  /** Sells for good without asking: sales are reported later. */
  offline: boolean;
  /** How long a buyer waits for the centre. */
  answerWithinMs: number;
  monotonicMs: () => number;
}

type Accepted = Extract<Answer<Reservation>, { ok: true }>;

/** How often more units are asked for on behalf of one buyer. */
const ASKED_MAX = 3;
/** How often it looks for what need not be followed any more. */
const DROP_PERIOD_MS = 1_000;

export class NodeStock extends ShareStock {
  readonly #settings: NodeSettings;
  readonly #confirms: OpenConfirms;
  #report: (sale: LeasedSale) => void = () => {};
  #dropAtMs = Number.NEGATIVE_INFINITY;

  private constructor(engine: Engine, settings: NodeSettings, options: StockOptions) {
    super(engine, settings.name, options);
    this.#settings = settings;
    const { answerWithinMs, monotonicMs } = settings;
    this.#confirms = new OpenConfirms({
      document: (id) => this.document(id),
      report: (sale) => this.#report(sale),
      finish: (reservation) => this.verb('finish', { reservation }, {}, finishConfirm),
      revoke: (reservation) => this.inTurn(() => this.revokeHeld(reservation, 'CONFIRMING')),
      answerWithinMs,
      monotonicMs,
    });
  }

  /** Who reports sales to the centre; must be said before anything is sold. */
  reportTo(report: (sale: LeasedSale) => void): void {
    this.#report = report;
  }

  static openNode(
    engine: Engine,
    settings: NodeSettings,
    options: StockOptions = {},
  ): Promise<NodeStock> {
    return new NodeStock(engine, settings, options).start(options);
  }

  tick(): void {
    this.#confirms.tick();
    const nowMs = this.#settings.monotonicMs();
    if (nowMs < this.#dropAtMs) return;
    this.#dropAtMs = nowMs + DROP_PERIOD_MS;
    this.dropEnded().catch(passing);
  }

  /** A confirm from before a restart goes on. */
  takeUp(reservation: string): Promise<void> {
    return this.#confirms.takeUp(reservation);
  }

  /** Confirms that have not come to their end. */
  get confirmsOpen(): number {
    return this.#confirms.count;
  }

  // ── What buyers ask ───────────────────────────────────────────────────────────────────────────

  override async reserve(command: ReserveCommand, options: CallOptions = {}) {
    for (let asked = 0; ; asked += 1) {
      const answer = await super.reserve(command, options);
      if (answer.ok) return answer.repeated ? answer : this.#granted(command, answer);
      const more = asked < ASKED_MAX ? await this.#more(command, answer) : undefined;
      if (more === 'away') return refuse('unavailable', { reason: 'the centre cannot be reached' });
      if (more !== 'came') return answer;
    }
  }

  override async confirm(command: ConfirmCommand, options: CallOptions = {}) {
    const wrong = check.checkConfirm(command);
    if (wrong) return wrong;
    const { reservation } = command;
    const { offline } = this.#settings;
    const rule = offline ? this.#sell : beginConfirm;
    let begun: Answer<Reservation>;
    try {
      begun = await this.verb('confirm', command, options, (it) => rule(it, command));
    } catch (error) {
      if (!offline) this.#confirms.doubt(reservation);
      throw error;
    }
    if (begun.ok) this.tracked.delete(reservation);
    if (offline) return begun;
    if (begun.ok && !begun.repeated) return this.#confirms.begun(reservation);
    if (!begun.ok && begun.code !== 'confirm-in-progress') return begun;
    return this.#confirms.outcome(reservation, begun.ok);
  }

  override async extend(command: ExtendCommand, options: CallOptions = {}) {
    const wrong = check.checkExtend(command);
    if (wrong) return wrong;
    const tracked = this.tracked.get(command.reservation);
    const wantedUntilMs = this.engine.clock().nowMs + command.holdForMs;
    if (tracked !== undefined && wantedUntilMs > tracked.wantedUntilMs) {
      tracked.wantedUntilMs = wantedUntilMs;
    }
    const answer = await this.verb('extend', command, options, (it) => this.extended(it, command));
    // What is followed with an earlier deadline than it has would be taken for gone.
    if (answer.ok && tracked !== undefined) tracked.deadlineMs = answer.value.expiresAtMs ?? 0;
    return answer;
  }

  override async change(command: ChangeCommand, options: CallOptions = {}) {
    const wrong = check.checkChange(command);
    if (wrong) return wrong;
    const answer = await this.verb('change', command, options, (holding) => {
      const untilMs = this.endOf(command.lines);
      if (typeof untilMs !== 'number') return untilMs;
      const nowMs = this.engine.clock().nowMs;
      const plan = change(holding, command, { nowMs, id: '', newId: () => '', rules: [] });
      return this.leased(plan);
    });
    return !answer.ok || answer.repeated ? answer : this.#stillGranted(answer);
  }

  override async cancel(command: { reservation: string }, options: CallOptions = {}) {
    const answer = await super.cancel(command, options);
    if (answer.ok) this.tracked.delete(command.reservation);
    return answer;
  }

  override putPool = onlyAtCentre;
  override receive = onlyAtCentre;
  override adjust = onlyAtCentre;
  override transfer = onlyAtCentre;
  override putLimit = onlyAtCentre;
  override return = onlyAtCentre;

  // ── What the centre says ──────────────────────────────────────────────────────────────────────

  judged(sale: LeasedSale, verdict: Verdict): Promise<void> {
    this.verdicts += 1;
    return this.#confirms.judged(sale.id, verdict);
  }

  // ── Within ────────────────────────────────────────────────────────────────────────────────────

  async #more({ lines }: ReserveCommand, refused: Refused) {
    const { pool } = refused.details;
    if (refused.code !== 'insufficient-stock' && refused.code !== 'unavailable') return undefined;
    const share = this.shares.get(String(pool));
    const wanted = lines.reduce((sum, it) => (it.pool === pool ? sum + it.quantity : sum), 0);
    return share?.moreFor(wanted);
  }

  /** Sold for good; when, by the till's clock. */
  readonly #sell = (holding: Holding, command: ConfirmCommand): Plan => {
    const plan = confirm(holding, command);
    const write = plan.ok ? plan.transaction.writes![0]! : undefined;
    if (write === undefined) return plan;
    const { sale } = reservationData(holding.document);
    const soldAtMs = this.engine.clock().nowMs;
    write.data = asJson({ ...write.data, sale: { ...sale!, soldAtMs } });
    return plan;
  };

  /** Follows what was granted, after one more look at the time. */
  async #granted(command: ReserveCommand, answer: Accepted): Promise<Answer<Reservation>> {
    const { id, expiresAtMs: deadlineMs = 0 } = answer.value;
    const wantedUntilMs = this.engine.clock().nowMs + (command.holdForMs ?? HOLD_DEFAULT_MS);
    this.tracked.set(id, { deadlineMs, wantedUntilMs });
    return this.#stillGranted(answer);
  }

  /** Undoes what was granted under a lease that has ended meanwhile. */
  async #stillGranted(answer: Accepted): Promise<Answer<Reservation>> {
    const document = await this.document(answer.value.id);
    const lost = document?.state === 'HELD' && this.isLost(document);
    if (!lost) {
      for (const { pool } of answer.value.lines) this.shares.get(pool)?.taken();
      return answer;
    }
    await this.inTurn(() => this.revokeHeld(document.id, 'HELD'));
    this.tracked.delete(document.id);
    return refuse('unavailable', { reason: 'the lease has ended' });
  }
}

async function onlyAtCentre(_command: object, _options?: CallOptions): Promise<Refused> {
  return refuse('only-at-centre');
}
