// What should be with the shop of the money for an order, worked out from what the journal tells of it and
// from the shop's prices, campaigns and plans: a computation of its own.

import { sumOf } from './entry-look.ts';
import { heldOf, type OrderBooks } from './order-books.ts';
import { PLANS, PRICE, type Refund, takenOff } from './order-goods.ts';
import type { OrderLooks } from './order-looks.ts';
import type { OrderStory } from './order-stories.ts';
import { BY_SHOP } from './stage-buyers.ts';

/** Its units are the buyer's, or were until they came back. */
export const SOLD: ReadonlySet<string> = new Set([
  ...['CONFIRMED', 'PACKED', 'SHIPPED', 'DELIVERED', 'RETURNING', 'RETURNED'],
]);

/** Where units of a return are that came back, or were lost by the carrier. */
const BACK = ['available', 'offered', 'quarantined', 'written-off'];

export function dueOf(
  order: string,
  { books, looks }: { books: OrderBooks; looks: OrderLooks },
): number {
  const story = books.orders.get(order)!;
  if (!SOLD.has(story.status)) return keptOf(order, story, { books, looks });
  const total = totalOf(story);
  const closed = books.returns.of(order).filter(({ status }) => status === 'CLOSED');
  const back = closed.reduce((sum, { units }) => sum + sumOf(units, BACK), 0);
  // All units have one price, so that a share of them is a share of the total.
  return total - Math.floor((total * back) / story.bought);
}

/** The price of what was bought, less what its vouchers take off. */
function totalOf({ bought, codes }: OrderStory): number {
  const full = bought * PRICE;
  const off = [...codes.values()].reduce((sum, campaign) => sum + takenOff(campaign, full), 0);
  return Math.max(0, full - off);
}

/** What the plan of a pre-order keeps that ended without a sale, of the money that came. */
function keptOf(
  order: string,
  story: OrderStory,
  { books, looks }: { books: OrderBooks; looks: OrderLooks },
): number {
  const { plan } = looks.orders.get(order)!;
  if (plan === undefined || story.reason === BY_SHOP) return 0;
  const paid = [...story.stages];
  if (story.paidBy !== undefined) {
    const rest = plan.stages.slice(paid.reduce((sum, { stages }) => sum + stages, 0));
    const amount = rest.reduce((sum, stage) => sum + stage.amount, 0);
    paid.push({ payment: story.paidBy, stages: rest.length, amount });
  }
  const came = paid.filter(({ payment }) => {
    // What was promised and given back untaken came too; what lapsed at the provider did not.
    const captured = books.money.get(payment)?.captured ?? 0;
    return captured > 0 || looks.payments.get(payment) !== 'FAILED';
  });
  const stages = came.reduce((sum, one) => sum + one.stages, 0);
  const amount = came.reduce((sum, one) => sum + one.amount, 0);
  return stages === 0 ? 0 : amount - backOf(amount, PLANS[plan.name]!.refund, stages);
}

function backOf(amount: number, refund: readonly Refund[], stages: number): number {
  const terms = refund[stages - 1] ?? refund.at(-1)!;
  if (terms === 'kept') return 0;
  return terms === 'full' ? amount : Math.floor((amount * terms.basisPoints) / 10_000);
}

/** What the provider holds for us of an order's payments. */
export function moneyOf({ payments }: OrderStory, { money }: OrderBooks): number {
  return payments.reduce((sum, payment) => {
    const one = money.get(payment);
    return one === undefined ? sum : sum + heldOf(one);
  }, 0);
}
