// Holdfast's library: every verb as a method, over any engine. Checks the command, lets the kernel
// plan it, lets the engine decide it, and shows the answer. Holds no rule and no state of its own.

import { Batcher, type Lane } from './engines/batcher.ts';
import type { ClockReading, Decided, Document, Engine } from './engines/contract.ts';
import { newId } from './ids.ts';
import { limitDocumentId } from './kernel/accounts.ts';
import { extend, returnUnits } from './kernel/amend.ts';
import { change } from './kernel/change.ts';
import * as check from './kernel/check-command.ts';
import { checkPutLimit } from './kernel/check-limit.ts';
import type * as commands from './kernel/commands.ts';
import { cancel, confirm } from './kernel/finish.ts';
import { type LimitRule, limitRule } from './kernel/limits.ts';
import { isDue } from './kernel/overlay.ts';
import type { Plan } from './kernel/plan.ts';
import { type Refused, refuse } from './kernel/refusals.ts';
import { type Reservation, viewReservation } from './kernel/reservation.ts';
import { type ReserveContext, reserve } from './kernel/reserve.ts';
import { putLimit } from './kernel/stock-moves.ts';
import { type Ack, asAcknowledged } from './stock/acknowledging.ts';
import { type Asking, WIDE, type Work } from './stock/attempt.ts';
import { Attempts } from './stock/attempts.ts';
import { HeldReservations, type VerbRule } from './stock/held-reservations.ts';
import { identity } from './stock/identity.ts';
import { Leases } from './stock/leases.ts';
import { LimitDirectory } from './stock/limit-directory.ts';
import type { StockParts } from './stock/parts.ts';
import { type Available, type Pool, viewAvailable, viewPool } from './stock/pool-view.ts';
import { Pools } from './stock/pools.ts';
import {
  type ReservationPage,
  type ReservationQuery,
  searchReservations,
} from './stock/reservation-search.ts';
import { SegmentDirectory } from './stock/segment-directory.ts';
import { Shedding } from './stock/shedding.ts';
import { SoldOut } from './stock/sold-out.ts';
import { Sweeper } from './stock/sweeper.ts';
import { WholePools } from './stock/whole-pools.ts';

/** `repeated`: the same command was accepted before, and `value` is what was answered then. */
export type Answer<T> = { ok: true; repeated: boolean; value: T } | Refused;

export interface CallOptions {
  /** Idempotency key: the same command under it takes effect once. 1 to 256 characters. */
  key?: string;
  /** Who asks; keys of different principals do not meet. Default `local`. */
  principal?: string;
  /** When the answer comes, where a store decides before it is recorded. What sells always waits for that. */
  ack?: Ack;
  /** The version (of a reservation or limit) or number (of a pool) that the caller has seen. */
  ifMatch?: number;
  /** Nobody has used the key before: it was made for this call. */
  keyIsNew?: boolean;
}

export interface StockOptions {
  /** Whether this process tidies up what is due. Default true; `free at once` does not need it. */
  sweep?: boolean;
  /** Refuses reservations once the oldest has waited longer, others ten times later. Default: never. */
  shedAfterMs?: number;
  /** For `shedAfterMs`. Default: the system's. */
  monotonicMs?: () => number;
  newId?: () => string;
  /** What it sells belongs to a centre: leases, limits and stock are that one's alone. */
  isNode?: boolean;
}

export class Stock {
  readonly engine: Engine;
  readonly #batcher: Batcher;
  readonly #attempts: Attempts;
  readonly #held: HeldReservations;
  readonly #limits: LimitDirectory;
  readonly #pools: Pools;
  readonly #segments: SegmentDirectory;
  readonly #sweeper: Sweeper;
  readonly #soldOut: SoldOut;
  readonly #newId: () => string;
  readonly #shedding: Shedding;

  /** Pools as they are seen, to read. */
  readonly whole: WholePools;
  /** Leases of shares to nodes that sell them near the buyer. */
  readonly leases: Leases;
  /** What orders and other uses are built from. */
  readonly parts: StockParts;

  protected constructor(engine: Engine, options: StockOptions) {
    this.engine = engine;
    this.#newId = options.newId ?? newId;
    this.#batcher = new Batcher(engine, options.monotonicMs);
    this.#shedding = new Shedding(engine, this.#batcher, options.shedAfterMs);
    this.#limits = new LimitDirectory(engine);
    const segments = new SegmentDirectory();
    this.#segments = segments;
    this.whole = new WholePools(engine, segments);
    this.#attempts = new Attempts(engine, this.#batcher, {
      segments,
      onStaleRule: () => this.#limits.refresh(),
    });
    this.#held = new HeldReservations(engine, this.#attempts);
    this.#sweeper = new Sweeper(engine, this.#attempts);
    this.parts = {
      engine,
      newId: this.#newId,
      turns: this.#attempts.turns,
      run: (...asked) => this.#run(...asked),
      segmentsOf: (pool) => segments.of(pool),
      reserving: (lines, asking) => this.#reserving(lines, asking),
      latest: (id) => engine.peek?.(id) ?? this.#document(id),
      holdingOf: (document, dueMs) => this.#attempts.holdingOf(document, dueMs),
      settle: (due) => this.#attempts.settle(due),
    };
    const { run } = this.parts;
    this.#pools = new Pools({ engine, segments, whole: this.whole, run });
    this.leases = new Leases({
      engine,
      limits: this.#limits,
      newId: this.#newId,
      run: (...asked) =>
        options.isNode ? Promise.resolve(refuse('only-at-centre')) : this.#run(...asked),
    });
    this.#soldOut = new SoldOut({ engine, batcher: this.#batcher, limits: this.#limits });
  }

  /** Opens the library over an engine. The engine is closed with it. */
  static async open(engine: Engine, options: StockOptions = {}): Promise<Stock> {
    return new Stock(engine, options).start(options);
  }

  protected async start({ sweep }: StockOptions): Promise<this> {
    await this.#limits.start();
    if (sweep !== false) this.#sweeper.start();
    return this;
  }

  /** Finishes what is under way, then closes the engine. */
  async close(): Promise<void> {
    await this.#sweeper.stop();
    await this.#attempts.turns.stop();
    this.#limits.stop();
    await this.#batcher.idle();
    await this.engine.close();
  }

  // ── Pools ─────────────────────────────────────────────────────────────────────────────────────

  /** Creates a pool, or changes its place, home or segments. Refused when its product would change. */
  putPool(command: commands.PutPoolCommand, options: CallOptions = {}) {
    return this.#pools.put(command, options);
  }

  /** Units come in: supply to available. */
  receive(command: commands.ReceiveCommand, options: CallOptions = {}) {
    return this.#pools.receive(command, options);
  }

  /** Units are found or lost. Refused when more are lost than are available. */
  adjust(command: commands.AdjustCommand, options: CallOptions = {}) {
    return this.#pools.adjust(command, options);
  }

  /** Units change place within their product. */
  transfer(command: commands.TransferCommand, options: CallOptions = {}) {
    return this.#pools.transfer(command, options);
  }

  /** `glance`: as it was a short time ago is good enough, where that costs less. */
  async pool(id: string, { glance = false } = {}): Promise<Pool | undefined> {
    const [state] = await this.whole.owners([id], (glance && this.engine.glance) || this.engine);
    // Other owners than pools (a buyer under a limit) have no document of their own.
    return state?.document && viewPool(state);
  }

  /** What each pool has to sell, or had a short time ago; undefined for one that does not exist. */
  async availability(ids: readonly string[]): Promise<(Available | undefined)[]> {
    const states = await this.whole.owners(ids, this.engine.glance ?? this.engine);
    return states.map((state) => state?.document && viewAvailable(state));
  }

  /** Pools by id, those that start with `prefix`, after `after`. */
  async pools(options: { prefix?: string; after?: string; limit?: number } = {}): Promise<Pool[]> {
    const states = await this.whole.page({ limit: 100, ...options });
    return states.map(viewPool);
  }

  // ── Purchase limits ───────────────────────────────────────────────────────────────────────────

  /** Creates a purchase limit or changes it; what was counted stays counted. */
  async putLimit(command: commands.PutLimitCommand, options: CallOptions = {}) {
    const wrong = checkPutLimit(command);
    if (wrong) return wrong;
    const id = limitDocumentId(command.limit);
    const answer = await this.#run('finish', options, ['put-limit', command], {
      plan: async () => putLimit(await this.#document(id), command),
      ...matchDocument(id, options),
      value: (entry: Decided) => limitRule(entry.documents[0]!),
    });
    if (answer.ok) await this.#limits.refresh();
    return answer;
  }

  limits(): LimitRule[] {
    return this.#limits.all();
  }

  // ── Reservations ──────────────────────────────────────────────────────────────────────────────

  /**
   * Sets units aside for a time: all lines or none, unless lines have a `quantityMin`.
   *
   * @example
   * const answer = await stock.reserve({ lines: [{ pool: 'tea', quantity: 2 }] }, { key: 'order-7' });
   * if (answer.ok) console.log(answer.value.id, answer.value.expiresAtMs);
   * else console.log(answer.code, answer.details);
   */
  reserve(command: commands.ReserveCommand, options: CallOptions = {}) {
    const wrong = check.checkReserve(command);
    if (wrong) return Promise.resolve(wrong);
    const soldOut = this.#soldOut.answer(command, options);
    if (soldOut !== undefined) return soldOut;
    const asked = check.withOwnMetadata(command);
    return this.#run('reserve', options, ['reserve', asked], {
      plan: (asking) => this.planReserve(asked, asking),
      value: viewEntry,
    });
  }

  /** Held becomes sold, whole or in part; the rest is released. */
  confirm(command: commands.ConfirmCommand, options: CallOptions = {}) {
    const wrong = check.checkConfirm(command);
    if (wrong) return Promise.resolve(wrong);
    return this.verb('confirm', command, options, (holding) => confirm(holding, command));
  }

  /** All units go back at once, exactly once. */
  cancel(command: commands.CancelCommand, options: CallOptions = {}) {
    return this.verb('cancel', command, options, (holding) => cancel(holding));
  }

  /** More time, up to the cap that the reservation was made with. */
  extend(command: commands.ExtendCommand, options: CallOptions = {}) {
    const wrong = check.checkExtend(command);
    if (wrong) return Promise.resolve(wrong);
    return this.verb('extend', command, options, (holding) => extend(holding, command));
  }

  /** Makes the held cart be exactly `lines`, in one step. */
  change(command: commands.ChangeCommand, options: CallOptions = {}) {
    const wrong = check.checkChange(command);
    if (wrong) return Promise.resolve(wrong);
    return this.verb('change', command, options, async (holding) =>
      change(holding, command, await this.#reserving(command.lines)),
    );
  }

  /** Sold units come back to stock. */
  return(command: commands.ReturnCommand, options: CallOptions = {}) {
    const wrong = check.checkChange(command);
    if (wrong) return Promise.resolve(wrong);
    return this.verb('return', command, options, (holding) => returnUnits(holding, command));
  }

  async reservation(id: string): Promise<Reservation | undefined> {
    // Read before the document: while that is on its way somebody may extend it.
    const { dueMs } = this.engine.clock();
    let [document] = await this.engine.documents([id]);
    if (document !== undefined && this.engine.peek === undefined && isDue(document, dueMs)) {
      // Where a commit is seen later than it was decided it may still end otherwise: this waits for it.
      await this.#attempts.settle([document]);
      [document] = await this.engine.documents([id]);
    }
    return document?.kind === 'reservation' ? viewReservation(document, dueMs) : undefined;
  }

  /** Newest first, by the status that is shown. Answers as of `asOf`, which may be a little behind. */
  reservations(query: ReservationQuery = {}): Promise<ReservationPage> {
    return searchReservations(this.engine, query);
  }

  /** Frees everything that is due now. Only tidies: what is due blocks nobody anyway. */
  sweep(): Promise<number> {
    return this.#sweeper.sweep();
  }

  /** The wall clock jumped, and a person has looked: what is due expires again, by the time of now. */
  resumeExpiry(): ClockReading {
    this.engine.resumeExpiry();
    return this.engine.clock();
  }

  // ── How a command runs ────────────────────────────────────────────────────────────────────────

  #run<T>(
    lane: Lane,
    options: CallOptions,
    asked: readonly [string, object],
    work: Pick<Work<T>, 'plan' | 'value'> & { ifMatch?: Work<T>['ifMatch'] },
  ): Promise<Answer<T>> {
    if (this.#shedding.sheds(lane)) return Promise.resolve(refuse('overloaded'));
    const request = identity(options, asked);
    if (request !== undefined && 'ok' in request) return Promise.resolve(request);
    const { plan, ifMatch, value } = work;
    const answered = this.#attempts.run<T>({ lane, plan, ifMatch, request, value });
    return asAcknowledged(answered, { verb: asked[0], ack: options.ack, engine: this.engine });
  }

  protected verb(
    name: string,
    command: commands.ReservationVerb,
    options: CallOptions,
    rule: VerbRule,
  ): Promise<Answer<Reservation>> {
    const id = command.reservation;
    if (typeof id !== 'string') {
      return Promise.resolve(refuse('invalid-request', { field: 'reservation' }));
    }
    const { ifMatch } = matchDocument(id, options);
    return this.#run('finish', options, [name, command], {
      plan: () => this.#held.plan(id, rule),
      ifMatch,
      value: viewEntry,
    });
  }

  protected planReserve(command: commands.ReserveCommand, asking?: Asking): Plan | Promise<Plan> {
    const context = this.#reserving(command.lines, asking);
    if (context instanceof Promise) return context.then((known) => reserve(command, known));
    return reserve(command, context);
  }

  #reserving(
    lines: readonly { pool: string }[],
    asking = WIDE,
  ): ReserveContext | Promise<ReserveContext> {
    if (!this.#limits.asksProduct) return this.#context(lines, asking);
    return this.#limits.productsOf(lines).then((found) => this.#context(lines, asking, found));
  }

  #context(
    lines: readonly { pool: string }[],
    asking: Asking,
    products?: ReadonlyMap<string, string>,
  ): ReserveContext {
    const context: ReserveContext = {
      nowMs: this.engine.clock().nowMs,
      id: this.#newId(),
      newId: this.#newId,
      rules: this.#limits.covering(lines, products),
    };
    if (products !== undefined) context.products = products;
    const placed = this.#segments.placed(lines, asking, context.id);
    if (placed !== undefined) context.placed = placed;
    return context;
  }

  async #document(id: string): Promise<Document | undefined> {
    return (await this.engine.documents([id]))[0];
  }
}

function viewEntry(entry: Decided): Reservation {
  const document = entry.documents.find(({ kind }) => kind === 'reservation')!;
  // As it was answered: at the moment of the entry nothing of it was due.
  return viewReservation(document, 0);
}

function matchDocument(document: string, { ifMatch }: CallOptions) {
  return { ifMatch: ifMatch === undefined ? undefined : { document, version: ifMatch } };
}
