// What is offered to somebody in line: found, with whoever let it lapse told so, and taken as an order as
// any other of that buyer in that channel. Who is offered what is not decided here.

import type { Decided, Document } from '../../engines/contract.ts';
import { crashPoint } from '../../engines/crash-point.ts';
import { acceptOffer } from '../../kernel/accept-offer.ts';
import { checkOrder } from '../../kernel/check-order.ts';
import type { Holding } from '../../kernel/give-back.ts';
import type { OrderCommand } from '../../kernel/order-commands.ts';
import { isDue } from '../../kernel/overlay.ts';
import type { Plan } from '../../kernel/plan.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import { waiterData } from '../../kernel/waiter.ts';
import type { AcceptCommand, WaiterVerb } from '../../kernel/waiter-commands.ts';
import { type Order, viewOrder } from '../../orders/order-view.ts';
import type { Orders } from '../../orders/orders.ts';
import type { UsesOf } from '../../orders/vouchers.ts';
import type { Answer, CallOptions, Stock } from '../../stock.ts';
import type { LinesInSales, Taking } from './lines-in-sales.ts';

const NO_USES = { ok: true, uses: [] } as const;

interface Accepting {
  command: Taking;
  /** The new order's id. */
  order: string;
}

export class Offers {
  readonly #parts: Stock['parts'];
  readonly #orders: Orders;
  readonly #inSales: LinesInSales;

  constructor(parts: Stock['parts'], orders: Orders, inSales: LinesInSales) {
    this.#parts = parts;
    this.#orders = orders;
    this.#inSales = inSales;
  }

  /** Makes an order of what was offered. */
  async accept(command: AcceptCommand, options: CallOptions): Promise<Answer<Order>> {
    const wrong = checkOrder(orderOf(command, { quantity: 1, buyer: 'x' }));
    if (wrong) return ofTheOffer(wrong);
    const taking = await this.#inSales.taking(command);
    if ('ok' in taking) return taking;
    const accepting = { command: taking, order: this.#parts.newId() };
    const once = (superseding?: Document) => {
      const plan = this.#planOf(accepting);
      return this.#parts.run<Order>('finish', options, ['accept-offer', command], {
        plan: async () => {
          const next = await plan();
          if (superseding === undefined) return next;
          return this.#orders.inProgress.inPlaceOf(superseding, next);
        },
        value: viewMade,
      });
    };
    if (this.#policy(taking).inProgress !== 'latest') return once();
    const found = await this.waiter(command);
    // Whoever is not there is refused as ever, under the key of the command.
    return 'document' in found
      ? this.#orders.inProgress.latest(found.document.buyer!, once)
      : once();
  }

  async waiter({ pool, waiter }: WaiterVerb) {
    const document = await this.#parts.latest(waiter);
    if (document?.kind !== 'waiter' || waiterData(document).pool !== pool) {
      return refuse('unknown-waiter', { waiter });
    }
    return { document };
  }

  /** A waiter with the reservation that it was offered, which may have lapsed. */
  async of({ pool, waiter }: WaiterVerb) {
    const found = await this.waiter({ pool, waiter });
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

  /** Plans it on what is offered by then, with the same vouchers however often. */
  #planOf({ command, order }: Accepting): () => Promise<Plan> {
    let uses: UsesOf | undefined;
    return async () => {
      const found = await this.of(command);
      if (!('offer' in found)) return found;
      const asked = orderOf(command, takenBy(found));
      uses ??= this.#orders.vouchers.usesOf(asked);
      const vouchers = uses === undefined ? NO_USES : await uses();
      if (!vouchers.ok) return vouchers;
      const policy = this.#policy(command);
      return acceptOffer(found.offer, asked, {
        order,
        holdForMs: policy.holdForMs,
        nowMs: this.#parts.engine.clock().nowMs,
        stakes: this.#orders.inProgress.stakes(policy, asked.buyer),
        vouchers: vouchers.uses,
      });
    };
  }

  #policy({ channel = 'default' }: AcceptCommand) {
    return this.#orders.policy(channel);
  }
}

function takenBy({ document, offer }: { document: Document; offer: Holding }) {
  return { quantity: offer.document.claims[0]!.quantity, buyer: document.buyer! };
}

function orderOf(
  { pool, waiter: _, unitPrice, ...rest }: Taking,
  { quantity, buyer }: { quantity: number; buyer: string },
): OrderCommand {
  const line = unitPrice === undefined ? { pool, quantity } : { pool, quantity, unitPrice };
  return { ...rest, buyer, lines: [line] };
}

/** Its caller has named no lines. */
function ofTheOffer({ details, ...refused }: Refused): Refused {
  const field = String(details.field).replace('lines/0/', '');
  return { ...refused, details: { ...details, field } };
}

/** Behind those that it may have taken the place of. */
function viewMade({ documents }: Decided): Order {
  crashPoint('offer-accepted');
  const units = documents.findLast(({ kind }) => kind === 'reservation');
  return viewOrder(documents.findLast(({ kind }) => kind === 'order')!, units, 0);
}

const REFUSED: Readonly<
  Record<string, 'not-offered' | 'offer-taken' | 'offer-lapsed' | 'left-line'>
> = {
  WAITING: 'not-offered',
  TAKEN: 'offer-taken',
  LAPSED: 'offer-lapsed',
  LEFT: 'left-line',
};
