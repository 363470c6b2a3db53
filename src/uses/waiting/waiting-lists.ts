// Waiting lists: a buyer takes a place in line for units of a pool, gets an offer when it is its turn, and
// takes it or leaves. Checks the command, lets the kernel plan it, shows the answer.

import type { Decided, Document } from '../../engines/contract.ts';
import { acceptOffer } from '../../kernel/accept-offer.ts';
import { checkOrder } from '../../kernel/check-order.ts';
import { cancel } from '../../kernel/finish.ts';
import { joined } from '../../kernel/join.ts';
import { closeLine, join, lineCount, lineId } from '../../kernel/line.ts';
import type { OrderCommand } from '../../kernel/order-commands.ts';
import { isDue } from '../../kernel/overlay.ts';
import { type Plan, planned } from '../../kernel/plan.ts';
import { refuse } from '../../kernel/refusals.ts';
import { leaves, waiterData } from '../../kernel/waiter.ts';
import {
  type AcceptCommand,
  checkWait,
  type WaitCommand,
  type WaiterVerb,
} from '../../kernel/waiter-commands.ts';
import { type Order, viewOrder } from '../../orders/order-view.ts';
import type { Orders } from '../../orders/orders.ts';
import type { Answer, CallOptions, Stock } from '../../stock.ts';
import { KnownLines } from './known-lines.ts';
import { LineKeeper } from './line-keeper.ts';
import { viewWaiter, type Waiter } from './waiter-view.ts';

/** How long an offer stands. */
export const OFFER_FOR_MS = 120_000;

export interface WaitingOptions {
  offerForMs?: number | undefined;
}

export class WaitingLists {
  readonly #parts: Stock['parts'];
  readonly #orders: Orders;
  readonly #known: KnownLines;
  readonly #keeper: LineKeeper;

  private constructor({ parts }: Stock, orders: Orders, offerForMs: number) {
    this.#parts = parts;
    this.#orders = orders;
    this.#known = new KnownLines(parts.engine);
    this.#keeper = new LineKeeper({ stock: parts, known: this.#known, offerForMs });
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
    const answer = await this.#parts.run('finish', options, ['join-line', command], {
      plan: async () => {
        const [pool, line] = await Promise.all(ids.map((id) => this.#parts.latest(id)));
        if (pool === undefined) return refuse('unknown-pool', { pool: command.pool });
        return join(command, { pool, line }, this.#parts.newId());
      },
      value: (entry: Decided) => viewWaiter(waiterOf(entry)),
    });
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
    return !answer.ok && answer.code === 'stale-version' ? leave(false) : answer;
  }

  /** Makes an order of what was offered. */
  async accept(command: AcceptCommand, options: CallOptions = {}): Promise<Answer<Order>> {
    const { pool, waiter, unitPrice, ...rest } = command;
    const asked = (quantity: number, buyer: string): OrderCommand => ({
      ...rest,
      buyer,
      lines: [unitPrice === undefined ? { pool, quantity } : { pool, quantity, unitPrice }],
    });
    const wrong = checkOrder(asked(1, 'x'));
    if (wrong) return wrong;
    const order = this.#parts.newId();
    const { holdForMs } = this.#orders.policy(command.channel ?? 'default');
    return this.#parts.run('finish', options, ['accept-offer', command], {
      plan: async () => {
        const found = await this.#offerOf({ pool, waiter });
        if (!('offer' in found)) return found;
        const { offer, document } = found;
        const { nowMs } = this.#parts.engine.clock();
        const quantity = offer.document.claims[0]!.quantity;
        return acceptOffer(offer, asked(quantity, document.buyer!), { order, holdForMs, nowMs });
      },
      value: (entry: Decided) => {
        const [units] = entry.documents.filter(({ kind }) => kind === 'reservation');
        const [made] = entry.documents.filter(({ kind }) => kind === 'order');
        return viewOrder(made!, units, 0);
      },
    });
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
    const found = await this.#find({ pool, waiter });
    if (!('document' in found)) return found;
    const { document } = found;
    if (document.state === 'OFFERED') {
      const offered = await this.#offerOf({ pool, waiter });
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

  async #find({ pool, waiter }: WaiterVerb) {
    const document = await this.#parts.latest(waiter);
    if (document?.kind !== 'waiter' || waiterData(document).pool !== pool) {
      return refuse('unknown-waiter', { waiter });
    }
    return { document };
  }

  /** A waiter with the reservation that it was offered, which may have lapsed. */
  async #offerOf({ pool, waiter }: WaiterVerb) {
    const found = await this.#find({ pool, waiter });
    if (!('document' in found)) return found;
    const { document } = found;
    const refused = REFUSED[document.state];
    if (refused !== undefined) return refuse(refused, { waiter });
    const { dueMs } = this.#parts.engine.clock();
    const reservation = (await this.#parts.latest(waiterData(document).offer!))!;
    if (isDue(reservation, dueMs)) {
      // Its time is over: whoever notices passes it on.
      await this.#parts.settle([reservation]);
      return refuse('offer-lapsed', { waiter });
    }
    return { document, offer: await this.#parts.holdingOf(reservation, dueMs) };
  }
}

const REFUSED: Readonly<
  Record<string, 'not-offered' | 'offer-taken' | 'offer-lapsed' | 'left-line'>
> = {
  WAITING: 'not-offered',
  TAKEN: 'offer-taken',
  LAPSED: 'offer-lapsed',
  LEFT: 'left-line',
};

function waiterOf({ documents }: Decided): Document {
  return documents.find(({ kind }) => kind === 'waiter')!;
}
