// One sale of a round, from its drafting to its closing: the crowd that lines up for it, somebody who is killed in
// between, and a look at everything once the crowd is done.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EntryOutside } from '../../../src/http/shapes/replies.ts';
import type { Reply } from '../http-client.ts';
import type { Random } from '../random.ts';
import { SaleBuyer } from './sale-buyer.ts';
import { judgeLine, judgeUnits } from './sale-judge.ts';
import { SaleLine } from './sale-line.ts';
import { SaleLog } from './sale-log.ts';
import { ORDER_MAX, type SaleRound, UNITS_MAX } from './sale-plan.ts';
import type { ServedSale } from './served-sale.ts';

const AWAY_AFTER_MS = 3_000;
const PASS_FOR_MS = 10_000;
/** A pass whose use was not heard of counts as out until its time is over; then a turn, and the next look of a buyer. */
const IDLE_MAX_MS = PASS_FOR_MS + 5_000;
/** A machine that held up a look for longer held up buyers and servers as well: no more of it counts. */
const LOOK_MAX_MS = 1_000;
/** After more than 5 s without a server nothing falls due for a minute, and again after the next. */
const CROWD_MAX_MS = 300_000;
const LOOKS_EVERY_MS = 200;
const REPEATED = 6;

export class SaleVisit {
  readonly log = new SaleLog();
  readonly sale = `sale-${randomUUID().slice(0, 8)}`;
  readonly line: SaleLine;
  longestIdleMs = 0;
  readonly #served: ServedSale;
  readonly #plan: SaleRound;
  readonly #random: Random;
  readonly #stop = new AbortController();
  readonly #buyers: SaleBuyer[];
  #isSoldOut = false;
  #isFaulty = false;

  constructor(served: ServedSale, plan: SaleRound, random: Random) {
    this.#served = served;
    this.#plan = plan;
    this.#random = random;
    this.line = this.#newLine();
    this.#buyers = plan.buyers.map((_, index) => this.#newBuyer(`buyer-${index}`));
  }

  get #from(): string {
    return `tea-${this.sale}`;
  }

  get #pool(): string {
    return `${this.#from}:${this.sale}`;
  }

  stop(): void {
    this.#stop.abort();
  }

  async run(): Promise<void> {
    const { fault, afterMs, opensAfterMs } = this.#plan;
    // One that is to die at a named point may do so at any time from now on.
    const own = fault === 'killed-at-commit' ? this.#cause() : undefined;
    await this.#arm();
    const crowd = this.#crowd();
    const watch = this.#watch();
    const inLine = fault.endsWith('in-line') ? delay(afterMs).then(() => this.#cause()) : undefined;
    await delay(opensAfterMs);
    await this.#must('POST', `/v1/sales/${this.sale}/open`, {});
    if (own === undefined && inLine === undefined) {
      await delay(afterMs);
      await this.#cause();
    }
    await Promise.all([own, inLine, crowd]);
    await this.#repeat();
    await this.#must('POST', `/v1/sales/${this.sale}/close`, {});
    this.#isSoldOut = true;
    await watch;
  }

  async judge(entries: readonly EntryOutside[]): Promise<void> {
    const { log } = this;
    const { units } = this.#plan;
    const orders = [...log.orders.values()];
    const rules = { pool: this.#pool, units, unitsMax: UNITS_MAX, orders };
    const own = entries.filter(({ moves, reservations }) => {
      const accounts = moves.flatMap(({ from, to }) => [from, to]);
      const pools = reservations.flatMap(({ lines }) => lines.map(({ pool }) => pool));
      return [...accounts, ...pools].some((name) => name.includes(this.sale));
    });
    log.wrong.push(...judgeUnits(own, rules));
    const awayAfterMs = AWAY_AFTER_MS;
    log.lost.push(...judgeLine(log.looks, { awayAfterMs, outages: log.outages }));
    await this.#sums();
    for (const order of orders) await this.#shown(order.id, order.end);
  }

  // ── The sale ──────────────────────────────────────────────────────────────────────────────────

  async #arm(): Promise<void> {
    const from = this.#from;
    const { units: quantity } = this.#plan;
    await this.#must('PUT', `/v1/pools/${from}`, {});
    await this.#must('POST', `/v1/pools/${from}/receive`, { quantity });
    const per = 'buyer';
    // The units of a buyer are counted by both; which of them binds changes from sale to sale.
    const other = this.#random.pick([{ window: '1h' }, { period: 'month' }]);
    const [first, second] = this.#random.sample([UNITS_MAX, UNITS_MAX + 1], 2);
    await this.#must('POST', '/v1/sales', {
      sale: this.sale,
      items: [{ from, quantity }],
      limits: [
        { per, quantityMax: first },
        { per, quantityMax: second, ...other },
        { per: 'order', quantityMax: ORDER_MAX },
      ],
      room: {
        multiple: 1,
        passFor: `${PASS_FOR_MS / 1_000}s`,
        awayAfter: `${AWAY_AFTER_MS / 1_000}s`,
      },
    });
    await this.#must('POST', `/v1/sales/${this.sale}/arm`, {});
  }

  async #cause(): Promise<void> {
    this.#isFaulty = true;
    this.log.outages.push(...(await this.#served.cause(this.#plan)));
    this.#isFaulty = false;
  }

  async #crowd(): Promise<void> {
    const late = setTimeout(() => this.stop(), CROWD_MAX_MS);
    const living = this.#buyers.map((buyer, index) => buyer.live(this.#plan.buyers[index]!));
    const ends = await Promise.allSettled(living);
    clearTimeout(late);
    const stuck = ends.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    if (stuck.length === 0) return;
    const [{ reason }] = stuck as [PromiseRejectedResult];
    throw new Error(`${stuck.length} buyers never came to an end: ${(reason as Error).stack}`);
  }

  /** Whether all is gone, and whether something lies there that somebody waits for. */
  async #watch(): Promise<void> {
    let idleMs = 0;
    let lastMs = performance.now();
    while (!this.#isSoldOut && !this.#stop.signal.aborted) {
      await delay(LOOKS_EVERY_MS);
      const path = `/v1/sales/${this.sale}`;
      const reply = await this.line.ask({ method: 'GET', path }).catch(() => undefined);
      if (reply === undefined) return;
      const { items, status } = reply.body as { items: Record<string, number>[]; status: string };
      const [{ available = 0, held = 0 }] = items as [Record<string, number>];
      if (status !== 'OPEN') continue;
      if (available + held === 0) this.#isSoldOut = true;
      const nowMs = performance.now();
      const out = this.#buyers.filter(({ passUntilMs }) => passUntilMs > Date.now()).length;
      const isIdle = available > out && this.#buyers.some(({ isWaiting }) => isWaiting);
      idleMs = !isIdle || this.#isFaulty ? 0 : idleMs + Math.min(nowMs - lastMs, LOOK_MAX_MS);
      lastMs = nowMs;
      this.longestIdleMs = Math.max(this.longestIdleMs, idleMs);
    }
  }

  // ── Afterwards ────────────────────────────────────────────────────────────────────────────────

  /** Some of what was bought is asked for again, as by somebody who never heard the answer. */
  async #repeat(): Promise<void> {
    const path = `/v1/sales/${this.sale}/checkout`;
    const kept = [...this.log.orders.values()].filter(({ end }) => end !== 'lost-held');
    for (const { id, key, body } of this.#random.sample(kept, REPEATED)) {
      const reply = await this.line.command(path, body, key);
      if (reply.status === 202 && reply.body.orderId === id) continue;
      this.log.wrong.push(
        `${id} under its key again: ${reply.status} ${JSON.stringify(reply.body)}`,
      );
    }
  }

  /** Nothing is lost or held, what was left is home, what was paid for is sold. */
  async #sums(): Promise<void> {
    const { log } = this;
    const { units } = this.#plan;
    const paid = [...log.orders.values()].filter(({ end }) => end === 'paid');
    const due = paid.reduce((sum, { quantity }) => sum + quantity, 0);
    const [own, home] = [await this.#listed(this.#pool), await this.#listed(this.#from)];
    const is = { sold: own.sold, held: own.held, available: own.available, home: home.available };
    const should = { sold: due, held: 0, available: 0, home: units - due };
    if (JSON.stringify(is) !== JSON.stringify(should)) {
      log.wrong.push(`the pools have ${JSON.stringify(is)}, not ${JSON.stringify(should)}`);
    }
    if (this.longestIdleMs > IDLE_MAX_MS) {
      log.wrong.push(`units lay idle for ${Math.round(this.longestIdleMs)} ms while people waited`);
    }
  }

  /** As a list has it: one pool alone may be shown as it was a moment ago, by a server that did not change it. */
  async #listed(pool: string): Promise<Record<string, unknown>> {
    const path = `/v1/pools?prefix=${encodeURIComponent(pool)}`;
    const { body } = await this.line.ask({ method: 'GET', path });
    return (body.pools as Record<string, unknown>[]).find(({ id }) => id === pool)!;
  }

  async #shown(id: string, end: string): Promise<void> {
    const { status, body } = await this.line.ask({ method: 'GET', path: `/v1/orders/${id}` });
    const due = SHOWN[end];
    if (due === (status === 200 ? body.status : status)) return;
    this.log.lost.push(`order ${id}, ${end}, is shown as ${status} ${body.status}`);
  }

  async #must(method: 'PUT' | 'POST', path: string, body: object): Promise<Reply> {
    const reply = await this.line.ask({ method, path, body, key: randomUUID() });
    if (reply.status < 300) return reply;
    throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  #newLine(): SaleLine {
    const clients = () => this.#served.clients;
    const [log, random, stop] = [this.log, this.#random.branch(), this.#stop.signal];
    return new SaleLine({ clients, log, random, stop });
  }

  #newBuyer(name: string): SaleBuyer {
    return new SaleBuyer({
      name,
      sale: this.sale,
      pool: this.#pool,
      passForMs: PASS_FOR_MS,
      mayLoseHeld: this.#served.store === 'redis',
      line: this.#newLine(),
      log: this.log,
      isSoldOut: () => this.#isSoldOut,
    });
  }
}

const SHOWN: Record<string, unknown> = {
  paid: 'CONFIRMED',
  cancelled: 'CANCELLED',
  expired: 'EXPIRED',
  'lost-held': 404,
};
