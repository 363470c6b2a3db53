// Waiting lists: a buyer takes a place in line for units of a pool, gets an offer when it is its turn, and
// takes it or leaves. Checks the command, lets the kernel plan it, shows the answer.

import type { Decided, Document } from '../../engines/contract.ts';
import { crashPoint } from '../../engines/crash-point.ts';
import { asAsked } from '../../kernel/as-asked.ts';
import { cancel } from '../../kernel/finish.ts';
import { joined } from '../../kernel/join.ts';
import { closeLine, join, lineCount, lineId } from '../../kernel/line.ts';
import { type Plan, planned } from '../../kernel/plan.ts';
import { refuse } from '../../kernel/refusals.ts';
import { leaves, waiterData } from '../../kernel/waiter.ts';
import {
  type AcceptCommand,
  checkWait,
  type WaitCommand,
  type WaiterVerb,
} from '../../kernel/waiter-commands.ts';
import type { Order } from '../../orders/order-view.ts';
import type { Orders } from '../../orders/orders.ts';
import type { Answer, CallOptions, Stock } from '../../stock.ts';
import { KnownLines } from './known-lines.ts';
import { LineKeeper } from './line-keeper.ts';
import { LinesInSales } from './lines-in-sales.ts';
import { Offers } from './offers.ts';
import { viewWaiter, type Waiter } from './waiter-view.ts';

/** How long an offer stands. */
export const OFFER_FOR_MS = 120_000;

export interface WaitingOptions {
  offerForMs?: number | undefined;
}

export class WaitingLists {
  readonly #parts: Stock['parts'];
  readonly #inSales: LinesInSales;
  readonly #offers: Offers;
  readonly #known: KnownLines;
  readonly #keeper: LineKeeper;

  private constructor({ parts }: Stock, orders: Orders, offerForMs: number) {
    this.#parts = parts;
    this.#inSales = new LinesInSales(parts, orders.sales);
    this.#offers = new Offers(parts, orders, this.#inSales);
    this.#known = new KnownLines(parts.engine);
    const inSales = this.#inSales;
    this.#keeper = new LineKeeper({ stock: parts, known: this.#known, inSales, offerForMs });
  }

  /** Waiting lists over a stock, which stays its owner's to close. */
  static async open(stock: Stock, orders: Orders, options: WaitingOptions = {}) {
    const lists = new WaitingLists(stock, orders, options.offerForMs ?? OFFER_FOR_MS);
    await lists.#known.start(lists.#keeper.wake);
    lists.#keeper.start();
    return lists;
  }

  async close(): Promise<void> {
    this.#known.stop();
    await this.#keeper.stop();
  }

  /** Resolves when nobody whose turn it is is left without an offer. */
  idle(): Promise<void> {
    return this.#keeper.idle();
  }

  /** Takes a place at the end of the line. */
  async join(command: WaitCommand, options: CallOptions = {}): Promise<Answer<Waiter>> {
    const wrong = checkWait(command);
    if (wrong) return wrong;
    const ids = [`pool:${command.pool}`, lineId(command.pool)] as const;
    let again = false;
    const answer = await this.#parts.run('finish', options, ['join-line', asAsked(command)], {
      plan: async () => {
        const [pool, line] = await Promise.all(ids.map((id) => this.#parts.latest(id)));
        if (pool === undefined) return refuse('unknown-pool', { pool: command.pool });
        const waiting = await this.#inSales.joining(command, pool, { again });
        again = true;
        if (waiting !== undefined && 'ok' in waiting) return waiting;
        return join(command, { pool, line, waiting }, this.#parts.newId());
      },
      value: (entry: Decided) => viewWaiter(waiterOf(entry)),
    });
    if (answer.ok) crashPoint('place-taken');
    return answer;
  }

  /** Gives the place up; what was offered goes to the next one. */
  async leave({ pool, waiter }: WaiterVerb, options: CallOptions = {}): Promise<Answer<Waiter>> {
    const leave = (last: boolean) =>
      this.#parts.run('finish', options, ['leave-line', { pool, waiter }], {
        plan: () => this.#leaving({ pool, waiter }, last),
        value: (entry: Decided) => viewWaiter(waiterOf(entry)),
      });
    const answer = await leave(true);
    // Somebody came or went meanwhile: then it may not be the last.
    const left = !answer.ok && answer.code === 'stale-version' ? await leave(false) : answer;
    if (left.ok) crashPoint('place-left');
    return left;
  }

  /** Makes an order of what was offered. */
  accept(command: AcceptCommand, options: CallOptions = {}): Promise<Answer<Order>> {
    return this.#offers.accept(command, options);
  }

  async waiter({ pool, waiter }: WaiterVerb): Promise<Waiter | undefined> {
    const { engine } = this.#parts;
    const [document] = await engine.documents([waiter]);
    if (document?.kind !== 'waiter' || waiterData(document).pool !== pool) return undefined;
    const ahead = this.#known.inLine(pool).findIndex(({ id }) => id >= waiter);
    return this.#shown(document, ahead < 0 ? undefined : ahead);
  }

  /** Those who wait, in order; whoever has an offer stands in no line. May be a moment behind. */
  waiters(pool: string, limit = 100): Waiter[] {
    const inLine = this.#known.inLine(pool).slice(0, limit);
    return inLine.map((document, ahead) => viewWaiter(document, { ahead }));
  }

  async #shown(document: Document, ahead: number | undefined): Promise<Waiter> {
    const { offer: id } = waiterData(document);
    const [offer] = id === undefined ? [] : await this.#parts.engine.documents([id]);
    return viewWaiter(document, { offer, ahead });
  }

  async #leaving({ pool, waiter }: WaiterVerb, last: boolean): Promise<Plan> {
    const found = await this.#offers.waiter({ pool, waiter });
    if (!('document' in found)) return found;
    const { document } = found;
    if (document.state === 'OFFERED') {
      const offered = await this.#offers.of({ pool, waiter });
      return 'offer' in offered ? cancel(offered.offer) : offered;
    }
    const left = leaves(document);
    if (!left.ok || !last) return left;
    const { engine } = this.#parts;
    const [count] = await engine.owners([lineCount(pool).owner]);
    if (count?.accounts.granted?.balance !== 1) return left;
    const [own, line] = await engine.documents([`pool:${pool}`, lineId(pool)]);
    if (own === undefined || line?.state !== 'OPEN') return left;
    return planned(joined(left.transaction, closeLine({ pool: own, line }, count.seq)));
  }
}

function waiterOf({ documents }: Decided): Document {
  return documents.find(({ kind }) => kind === 'waiter')!;
}
