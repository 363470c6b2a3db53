// Returns: every verb as a method. Checks the command, lets the kernel plan it over the return, the sale
// that it takes back from and their order, and shows the answer. Calls nobody outside.

import type { Decided, Document } from '../engines/contract.ts';
import { crashPoint } from '../engines/crash-point.ts';
import * as check from '../kernel/check-return.ts';
import { orderData } from '../kernel/order.ts';
import { type Plan, planned } from '../kernel/plan.ts';
import { releaseQuarantine } from '../kernel/quarantine.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import { reservationData } from '../kernel/reservation.ts';
import type { CarrierNote, ReturnUnits } from '../kernel/return.ts';
import { returnData } from '../kernel/return.ts';
import { carrierTold, receiveReturn } from '../kernel/return-arrival.ts';
import type * as commands from '../kernel/return-commands.ts';
import { cancelReturn, closeReturn, loseReturn } from '../kernel/return-ends.ts';
import { inspectReturn } from '../kernel/return-inspection.ts';
import { type ReturnBegins, requestReturn, returnUndelivered } from '../kernel/return-request.ts';
import { isSeen, withSeen } from '../kernel/return-seen.ts';
import type { StockParts } from '../stock/parts.ts';
import { type Moved, viewMoved } from '../stock/pool-view.ts';
import type { Answer, CallOptions, Stock } from '../stock.ts';
import { type ReturnPage, type ReturnQuery, searchReturns } from './return-search.ts';
import { type Return, viewReturn } from './return-view.ts';
import { askRefund, paymentsThatPaid } from './returns-refund.ts';

type Rule = (found: ReturnUnits) => Plan;

export class Returns {
  readonly #parts: StockParts;

  constructor({ parts }: Pick<Stock, 'parts'>) {
    this.#parts = parts;
  }

  /** Units of an order, or of a sale that no order has, are to come back. */
  request(
    command: commands.RequestReturnCommand,
    options: CallOptions = {},
  ): Promise<Answer<Return>> {
    return this.#begin(
      ['request-return', command],
      check.checkRequestReturn(command),
      options,
      (found) => requestReturn(found, command),
    );
  }

  /** The carrier could not deliver an order: what is left of it is on its way back. */
  deliveryFailed(
    command: commands.DeliveryFailedCommand,
    options: CallOptions = {},
  ): Promise<Answer<Return>> {
    const wrong = check.checkDeliveryFailed(command);
    return this.#begin(['delivery-failed', command], wrong, options, (found) =>
      returnUndelivered(found, noteOf(command)),
    );
  }

  /** What the carrier of a return tells. */
  carrier(command: commands.ReturnCarrierCommand, options: CallOptions = {}) {
    const wrong = check.checkReturnCarrier(command);
    return this.#verb(['return-carrier', command], wrong, options, (found) => {
      const note = noteOf(command);
      return command.carrier === 'lost' ? loseReturn(found, note) : carrierTold(found, note);
    });
  }

  /** Units arrived at the dock. None of them can be sold yet. */
  receive(command: commands.ReceiveReturnCommand, options: CallOptions = {}) {
    const wrong = check.checkReceiveReturn(command);
    return this.#verb(['receive-return', command], wrong, options, (found) =>
      receiveReturn(found, command),
    );
  }

  /** Verdicts on units at the dock; with the last one the return is closed. */
  inspect(command: commands.InspectReturnCommand, options: CallOptions = {}) {
    const wrong = check.checkInspectReturn(command);
    return this.#verb(['inspect-return', command], wrong, options, (found) =>
      inspectReturn(found, command),
    );
  }

  /** What has not arrived is given up. */
  close(command: commands.CloseReturnCommand, options: CallOptions = {}) {
    const wrong = check.checkCloseReturn(command);
    return this.#verb(['close-return', command], wrong, options, (found) =>
      closeReturn(found, command),
    );
  }

  /** Nothing will come: all units stay with the buyer. */
  cancel(command: commands.CancelReturnCommand, options: CallOptions = {}) {
    const wrong = check.checkCancelReturn(command);
    return this.#verb(['cancel-return', command], wrong, options, (found) =>
      cancelReturn(found, command),
    );
  }

  async return(id: string): Promise<Return | undefined> {
    const [document] = await this.#parts.engine.documents([id]);
    return document?.kind === 'return' ? viewReturn(document) : undefined;
  }

  /** Newest first. May be a little behind what was accepted last; `asOf` says where it stands. */
  search(query: ReturnQuery = {}): Promise<ReturnPage> {
    return searchReturns(this.#parts.engine, query);
  }

  /** Whether an event of the warehouse has taken effect on a return; the return as it is now. */
  async seen(id: string, event: string): Promise<Return | undefined> {
    const [document] = await this.#parts.engine.documents([id]);
    if (document?.kind !== 'return' || !isSeen(document, event)) return undefined;
    return viewReturn(document);
  }

  /** The return that an event of the warehouse began for an order. */
  async begunBy(order: string, event: string): Promise<Return | undefined> {
    const page = await this.#parts.engine.find({ kind: 'return', reference: order, limit: 100 });
    const found = page.documents.find((document) => isSeen(document, event));
    return found && viewReturn(found);
  }

  /** Units come out of quarantine: to where they are sold, or out. */
  releaseQuarantine(
    command: commands.ReleaseQuarantineCommand,
    options: CallOptions = {},
  ): Promise<Answer<Moved>> {
    const wrong = check.checkReleaseQuarantine(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#parts.run('finish', options, ['release-quarantine', command], {
      plan: () => planned(releaseQuarantine(command, this.#parts.segmentsOf(command.pool))),
      value: (entry: Decided) => viewMoved(entry, command.pool),
    });
  }

  // ── How a command runs ────────────────────────────────────────────────────────────────────────

  async #begin(
    asked: readonly [string, { order?: string; reservation?: string; event?: string }],
    wrong: Refused | undefined,
    options: CallOptions,
    rule: (found: ReturnBegins) => Plan,
  ): Promise<Answer<Return>> {
    if (wrong) return wrong;
    return this.#parts.run<Return>('finish', options, asked, {
      plan: async () => {
        const found = await this.#saleOf(asked[1]);
        if ('ok' in found) return found;
        const plan = rule(found);
        const { event } = asked[1];
        return plan.ok && event !== undefined ? withSeen(plan.transaction, event) : plan;
      },
      value: viewWritten,
    });
  }

  async #verb(
    asked: readonly [string, commands.ReturnVerb],
    wrong: Refused | undefined,
    options: CallOptions,
    rule: Rule,
  ): Promise<Answer<Return>> {
    if (wrong) return wrong;
    const { return: id, event } = asked[1];
    let known: Document | undefined;
    return this.#parts.run<Return>('finish', options, asked, {
      plan: async () => {
        const found = await this.#find(id);
        if ('ok' in found) return found;
        known = found.document;
        if (event !== undefined && isSeen(known, event)) return planned({ events: [] });
        const plan = rule(found);
        return plan.ok ? finished(plan, event, await this.#paymentsOf(found)) : plan;
      },
      value: (entry) => (entry.documents.length === 0 ? viewReturn(known!) : viewWritten(entry)),
    });
  }

  /** The sale of an order, or the reservation itself. */
  async #saleOf({
    order: id,
    reservation,
  }: {
    order?: string;
    reservation?: string;
  }): Promise<ReturnBegins | Refused> {
    const { latest, engine, holdingOf, newId } = this.#parts;
    const order = id === undefined ? undefined : await latest(id);
    if (id !== undefined && order?.kind !== 'order') return refuse('unknown-order', { order: id });
    const named = order === undefined ? reservation! : orderData(order).reservation;
    const sale = named === undefined ? undefined : await latest(named);
    if (sale?.kind !== 'reservation') {
      if (order !== undefined) return refuse('order-not-paid', { order: order.id });
      return refuse('unknown-reservation', { reservation: reservation! });
    }
    const owner = reservationData(sale).order;
    if (order === undefined && owner !== undefined) {
      return refuse('belongs-to-order', { reservation: sale.id, order: owner });
    }
    const begins = { id: newId(), sale: await holdingOf(sale, engine.clock().dueMs) };
    return order === undefined ? begins : { ...begins, order };
  }

  /** The payments that paid for its order, oldest first. */
  async #paymentsOf({ order }: ReturnUnits): Promise<Document[]> {
    const ids = order === undefined ? [] : paymentsThatPaid(orderData(order));
    const found = await Promise.all(ids.map((id) => this.#parts.latest(id)));
    return found.filter((payment) => payment !== undefined);
  }

  /** The latest that was decided, to plan on; never to answer. */
  async #find(id: string): Promise<ReturnUnits | Refused> {
    const { latest, engine, holdingOf } = this.#parts;
    const document = await latest(id);
    if (document?.kind !== 'return') return refuse('unknown-return', { return: id });
    const { reservation, order: orderId } = returnData(document);
    const sale = (await latest(reservation))!;
    const units = await holdingOf(sale, engine.clock().dueMs);
    if (orderId === undefined) return { document, units };
    return { document, units, order: (await latest(orderId))! };
  }
}

function finished(
  { transaction }: Extract<Plan, { ok: true }>,
  event: string | undefined,
  payments: readonly Document[],
): Plan {
  const asked = askRefund(transaction, payments);
  return event === undefined ? planned(asked) : withSeen(asked, event);
}

function noteOf({
  carrier: event,
  atMs,
  reference,
}: Pick<commands.ReturnCarrierCommand, 'carrier' | 'atMs' | 'reference'>): CarrierNote {
  return {
    event,
    ...(atMs === undefined ? {} : { atMs }),
    ...(reference === undefined ? {} : { reference }),
  };
}

function viewWritten(entry: Decided): Return {
  crashPoint('return-written');
  return viewReturn(entry.documents.find(({ kind }) => kind === 'return')!);
}
