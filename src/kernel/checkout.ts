// Checkout: an order and the reservation that holds its units, written in one transaction, so that no
// crash can part them. Where units leave stock on payment only the order is written.

import type {
  DocumentGuard,
  DocumentWrite,
  EventDraft,
  Guard,
  Transaction,
} from '../engines/contract.ts';
import { HOLD_DEFAULT_MS, type ReserveCommand } from './commands.ts';
import { joined } from './joined.ts';
import type { DeductWhen, Discount, OrderData } from './order.ts';
import { DEFAULT_CHANNEL, type OrderCommand } from './order-commands.ts';
import type { OrderState } from './order-states.ts';
import { type Plan, planned } from './plan.ts';
import { ON_SALE } from './pool.ts';
import { asJson } from './reservation.ts';
import { type ReserveContext, reserve } from './reserve.ts';
import { addStakes, type Stake } from './stakes.ts';
import { type VoucherUse, voucherEvents, voucherOwner } from './voucher.ts';

export interface CheckoutContext {
  /** For the reservation, whose id is new as well. */
  reserving: ReserveContext;
  /** The new order's id. */
  order: string;
  deduct: DeductWhen;
  /** How long it may stay unpaid when the command does not say. */
  holdForMs: number;
  stakes: readonly Stake[];
  discounts: readonly Discount[];
  vouchers: readonly VoucherUse[];
}

/** Plans an order: RESERVED with its units held, or PENDING where they are taken on payment. */
export function checkout(command: OrderCommand, context: CheckoutContext): Plan {
  if (context.deduct === 'on-payment') return planned(pending(command, context));
  const plan = reserve(cartOf(command, context), context.reserving);
  if (!plan.ok) return plan;
  const { order, reserving, stakes } = context;
  const vouchers = vouchersOf(context);
  const held = bound(plan.transaction, order);
  const transaction = addStakes(held, joined(stakes, vouchers.stakes));
  const made = newOrder(command, context, reserving.id);
  transaction.writes = joined(transaction.writes!, [made]);
  const told = joined([{ type: 'order.reserved', subject: order }], vouchers.events);
  transaction.events = joined(told, transaction.events);
  if (vouchers.guards.length > 0) {
    transaction.guards = joined<Guard>(vouchers.guards, transaction.guards!);
  }
  return planned(transaction);
}

/** What a new order is told of it, apart from its units. */
type NewOrder = Pick<CheckoutContext, 'order' | 'discounts' | 'vouchers'>;

/** A RESERVED order over a reservation that has its units. */
export function newOrder(
  command: OrderCommand,
  context: NewOrder,
  reservation: string,
): DocumentWrite {
  const data = orderDataOf(command, context);
  data.reservation = reservation;
  return { ...orderWrite(command, context, 'RESERVED'), data: asJson(data) };
}

interface VoucherParts {
  guards: DocumentGuard[];
  stakes: Stake[];
  events: EventDraft[];
  discounts: Discount[];
}

const NO_VOUCHERS: VoucherParts = { guards: [], stakes: [], events: [], discounts: [] };

/** What vouchers add to a transaction that makes an order. */
export function vouchersOf({
  order,
  vouchers,
}: Pick<NewOrder, 'order' | 'vouchers'>): VoucherParts {
  if (vouchers.length === 0) return NO_VOUCHERS;
  const discounts = vouchers.map(({ discount }) => discount);
  return {
    guards: vouchers.map(({ guard }) => guard),
    stakes: vouchers.flatMap(({ stakes }) => stakes),
    events: voucherEvents('voucher.held', order, discounts),
    discounts,
  };
}

function pending(command: OrderCommand, context: CheckoutContext): Transaction {
  const { lines, holdForMs = context.holdForMs } = command;
  const data: OrderData = {
    ...orderDataOf(command, context),
    lines: lines.map(({ pool, quantity }) => ({ pool, quantity })),
  };
  if (command.holdForMs !== undefined) data.holdForMs = command.holdForMs;
  const { guards, stakes, events } = vouchersOf(context);
  const opened = lines.map(({ pool }) => ({ document: `pool:${pool}`, stateIn: ON_SALE }));
  const made: Transaction = {
    guards: [...guards, ...opened],
    writes: [
      {
        ...orderWrite(command, context, 'PENDING'),
        data: asJson(data),
        deadline: { afterMs: holdForMs },
      },
    ],
    events: [{ type: 'order.pending', subject: context.order }, ...events],
  };
  // No units are held, but its vouchers are, by the order itself.
  return addStakes(made, [...context.stakes, ...stakes]);
}

/** The reservation that an order is for. */
function cartOf(command: OrderCommand, context: CheckoutContext): ReserveCommand {
  const { lines, buyer, holdForMs = context.holdForMs ?? HOLD_DEFAULT_MS } = command;
  const cart: ReserveCommand = { lines, holdForMs };
  if (buyer !== undefined) cart.buyer = buyer;
  return cart;
}

/** Ties a reservation, the first write, to its order. */
export function bound(transaction: Transaction, order: string): Transaction {
  const writes = transaction.writes!.slice();
  const reservation = writes[0]!;
  writes[0] = { ...reservation, data: { ...reservation.data, order } };
  return { ...transaction, writes };
}

export function orderDataOf(command: OrderCommand, context: NewOrder): OrderData {
  const discounts = joined(context.discounts, vouchersOf(context).discounts);
  const { lines, total, currency, channel, sale, addressKey, metadata } = command;
  const data: OrderData = {};
  if (lines[0]!.unitPrice !== undefined) {
    data.prices = lines.map(({ unitPrice }) => unitPrice!);
    data.currency = currency!;
  } else if (total !== undefined) data.total = total;
  if (channel !== undefined && channel !== DEFAULT_CHANNEL) data.channel = channel;
  if (sale !== undefined) data.sale = sale;
  if (addressKey !== undefined) data.addressKey = addressKey;
  if (discounts.length > 0) data.discounts = discounts;
  if (metadata !== undefined) data.metadata = metadata;
  return data;
}

export function orderWrite(
  { buyer, reference }: OrderCommand,
  { order, vouchers }: NewOrder,
  state: OrderState,
): Omit<DocumentWrite, 'data'> {
  const write: Omit<DocumentWrite, 'data'> = { id: order, fresh: true, kind: 'order', state };
  if (buyer !== undefined) write.buyer = buyer;
  if (reference !== undefined) write.reference = reference;
  if (vouchers.length > 0) write.owners = vouchers.map(({ code }) => voucherOwner(code));
  return write;
}
