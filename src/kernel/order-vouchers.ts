// Vouchers of an order that waits to be paid: one more is applied, one is taken off, all go when it ends.
// They are held by its reservation, or by the order itself where units are taken on payment.

import type { Document, DocumentWrite, EventDraft, Transaction } from '../engines/contract.ts';
import { type Holding, versionGuard } from './give-back.ts';
import { joined } from './join.ts';
import { nextOrder, type OrderData, orderData, orderGuard, orderTransition } from './order.ts';
import type { OrderUnits } from './order-ends.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import { asJson, nextOf } from './reservation.ts';
import {
  addStakes,
  claimsBeforeStakes,
  endStakes,
  letGoOfStakes,
  type Stake,
  type StakeData,
} from './stakes.ts';
import { isOfCampaign, type VoucherUse, voucherEvents, voucherOwner } from './voucher.ts';

/** Refuses a second voucher of a campaign, and an order whose payment is under way. */
export function applyVoucher(found: OrderUnits, use: VoucherUse): Plan {
  const { code, campaign, discount, guard } = use;
  const { discounts = [] } = orderData(found.order);
  if (discounts.some((one) => one.campaign === campaign)) {
    const reason = 'the order has a voucher of this campaign';
    return refuse('voucher-not-applicable', { code, campaign, reason });
  }
  const plan = repriced(found, [...discounts, discount], use.stakes);
  if (!plan.ok) return plan;
  const { transaction } = plan;
  const order = transaction.writes!.find(({ kind }) => kind === 'order')!;
  order.owners = [...new Set([...(order.owners ?? []), voucherOwner(code)])];
  return planned({
    ...transaction,
    guards: [guard, ...transaction.guards!],
    events: voucherEvents('voucher.held', order.id, [discount]),
  });
}

/** The use is free at once, for this buyer or another. */
export function removeVoucher(found: OrderUnits, code: string): Plan {
  const { discounts = [] } = orderData(found.order);
  const one = discounts.find((each) => each.campaign !== undefined && each.code === code);
  if (one === undefined) return refuse('unknown-voucher', { code, order: found.order.id });
  const rest = discounts.filter((each) => each !== one);
  const plan = repriced(found, rest, [], (limit) => isOfCampaign(limit, one.campaign!));
  if (!plan.ok) return plan;
  const events = voucherEvents('voucher.released', found.order.id, [one]);
  return planned({ ...plan.transaction, events });
}

/** The next version of an unpaid order and of what holds its stakes: some are added, some let go. */
function repriced(
  { order, units, dueMs }: OrderUnits,
  discounts: OrderData['discounts'],
  added: readonly Stake[],
  ends: (limit: string) => boolean = () => false,
): Plan {
  const next = orderTransition({ document: order, dueMs }, 'reprice');
  if (!next.ok) return next;
  const { openPayments = [], plan } = orderData(order);
  if (plan !== undefined) {
    const reason = 'its stages add up to what was asked for when it was made';
    return refuse('voucher-not-applicable', { order: order.id, reason });
  }
  if (openPayments.length > 0) {
    return refuse('payment-open', { order: order.id, payment: openPayments.at(-1)! });
  }
  const write = nextOrder(order, next.state, { discounts: discounts! });
  if (units === undefined) {
    write.deadline = { keep: true };
    return planned(withStakes(order, write, { added, ends }));
  }
  const told = { guards: [orderGuard(order)], writes: [write], events: [] };
  return planned(joined(heldAgain(units, { added, ends }), told));
}

interface StakeChange {
  added: readonly Stake[];
  ends: (limit: string) => boolean;
}

function heldAgain({ document }: Holding, change: StakeChange): Transaction {
  const write = { ...nextOf(document, document.state, document.data), deadline: KEPT };
  const held = withStakes(document, write, change);
  const guards = [...held.guards!, { document: document.id, due: false }];
  return { ...held, guards };
}

const KEPT = { keep: true } as const;

/** Writes a document with other stakes; its other claims stay. */
function withStakes(
  document: Document,
  write: DocumentWrite,
  { added, ends }: StakeChange,
): Transaction {
  const { stakes = [] } = document.data as { stakes?: StakeData[] };
  const before = claimsBeforeStakes(document);
  const left = letGoOfStakes(document.claims, { stakes, before, ends: ({ limit }) => ends(limit) });
  const stays = (index: number) => index < before || !ends(stakes[index - before]!.limit);
  const data = asJson({ ...write.data, stakes: stakes.filter(({ limit }) => !ends(limit)) });
  const claims = left.claims.filter((_, index) => stays(index));
  const changed: Transaction = {
    guards: [versionGuard(document)],
    moves: left.moves,
    writes: [{ ...write, data, claims }],
    events: [],
  };
  return addStakes(changed, added);
}

/** Lets go of what an order that has no reservation holds itself; `write` is its next version. */
export function withoutVouchers(order: Document, write: DocumentWrite): Transaction {
  const { claims, moves } = endStakes(order);
  if (claims.length > 0) write.claims = claims;
  return { moves, events: [] };
}

/** The events of an end that lets go of what held the vouchers: a reservation, or the order itself. */
export function vouchersReleased(order: Document, units: Document | undefined): EventDraft[] {
  const holds = units === undefined ? order.state === 'PENDING' : STANDING.has(units.state);
  const { discounts } = orderData(order);
  return holds ? voucherEvents('voucher.released', order.id, discounts) : [];
}

const STANDING: ReadonlySet<string> = new Set(['HELD', 'CONFIRMED']);
