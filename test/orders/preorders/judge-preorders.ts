// Adds up the provider's ledger, the plans that orders were made under, and the units: an order that is
// sold has all of its money, one that is not has just what its plan keeps, told by a computation of its
// own, and no unit is held or sold for nothing.

import { orderData } from '../../../src/kernel/order.ts';
import type { RefundTerms } from '../../../src/kernel/plan-terms.ts';
import type { StagesPaid } from '../../../src/kernel/preorder.ts';
import type { Uses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import type { Shop } from '../../support/shop.ts';
import type { LedgerProvider } from '../payments/ledger-provider.ts';

interface Judged {
  shop: Shop;
  ledger: LedgerProvider;
  uses: Uses;
  orders: readonly string[];
}

const ENDS: ReadonlySet<string> = new Set(['CONFIRMED', 'CANCELLED', 'EXPIRED', 'REFUNDED']);

export async function judgePreorders(judged: Judged) {
  const { shop, ledger, uses, orders } = judged;
  const wrong = (await verify(shop.engine)).problems.map(({ what }) => what);
  const ends: Record<string, number> = {};
  let sold = 0;
  for (const id of orders) {
    const order = (await uses.orders.order(id))!;
    count(ends, order.status);
    if (!ENDS.has(order.status)) wrong.push(`order ${id} is left ${order.status}`);
    if (order.status === 'CONFIRMED') sold += order.lines[0]!.quantity;
    const due = await dueTo(id, judged);
    const taken = takenOf(ledger, id);
    if (due > 0 && order.status === 'REFUNDED') count(ends, 'KEPT');
    if (taken !== due) wrong.push(`order ${id} ${order.status}: ${taken} taken, ${due} due`);
    const shown = order.plan!.kept?.amount ?? 0;
    if (order.status === 'REFUNDED' && shown !== taken) {
      wrong.push(`order ${id} says that ${shown} was kept, ${taken} was`);
    }
  }
  const inside = await shop.inside('console');
  const expected = { available: 4 - sold, sold };
  if ((inside.available ?? 0) !== expected.available || (inside.sold ?? 0) !== sold) {
    wrong.push(`units ${JSON.stringify(inside)}, expected ${JSON.stringify(expected)}`);
  }
  for (const { payment } of ledger.accounts.values()) {
    const { status } = (await uses.payments.payment(payment))!;
    if (status !== 'SETTLED' && status !== 'FAILED') wrong.push(`payment ${payment} ${status}`);
    if (ledger.taken(payment).setAside !== 0) wrong.push(`payment ${payment} is still set aside`);
  }
  return { wrong, ends };
}

/** What should be with the shop: all of it, or what the plan keeps of the stages whose money came. */
async function dueTo(id: string, { shop, ledger, uses }: Judged): Promise<number> {
  const order = (await uses.orders.order(id))!;
  if (order.status === 'CONFIRMED') return order.total!.amount;
  const ends = await endsOf(id, shop);
  if (ends[0]?.reason === BY_SHOP) return 0;
  const [document] = await shop.engine.documents([id]);
  const { plan } = orderData(document!);
  const came = [];
  for (const one of plan!.paid ?? []) {
    // Promised money that was given back untaken came too; what lapsed at the provider did not.
    const { status } = (await uses.payments.payment(one.payment!))!;
    if (ledger.accounts.get(one.payment!)!.truth.captured > 0 || status !== 'FAILED')
      came.push(one);
  }
  // What an end gives back stays given, whatever money turns out to have lapsed after it.
  const kept = [...ends.map(({ paid }) => paid), came].map((paid) => keptOf(paid, plan!.refund));
  const least = (payment: string) =>
    Math.min(...kept.map((one) => one.get(payment) ?? Number.POSITIVE_INFINITY));
  return came.reduce((sum, { payment }) => sum + least(payment!), 0);
}

interface End {
  reason?: string;
  /** What counted as paid then. */
  paid: readonly StagesPaid[];
}

/** How the order ended since money came last, and every time that it was told again, oldest first. */
async function endsOf(id: string, { engine }: Shop): Promise<End[]> {
  const entries = await engine.entries({ after: 0, limit: 100_000 });
  const told = entries.flatMap(({ events, documents }) =>
    events.filter(({ subject }) => subject === id).map((event) => ({ ...event, documents })),
  );
  const paid = told.findLastIndex(({ type }) => type === 'stage.paid' || type === 'order.paid');
  const ends = told.slice(paid + 1).filter(({ type }) => type === 'order.refunding');
  return ends.map(({ data, documents }) => {
    const { plan } = orderData(documents.find((document) => document.id === id)!);
    return { ...(data as Pick<End, 'reason'>), paid: plan!.paid ?? [] };
  });
}

/** The reason that the shop gives when it cancels. */
export const BY_SHOP = 'the shop cannot deliver';

/** What stays of each payment: the newest money goes back first. */
function keptOf(paid: readonly StagesPaid[], refund: readonly RefundTerms[]): Map<string, number> {
  const amount = paid.reduce((sum, one) => sum + one.amount, 0);
  const stages = paid.reduce((sum, one) => sum + one.stages, 0);
  let left = stages === 0 ? 0 : amount - backOf(amount, refund, stages);
  return new Map(
    paid.map((one) => {
      const kept = Math.min(left, one.amount);
      left -= kept;
      return [one.payment!, kept];
    }),
  );
}

function backOf(amount: number, refund: readonly RefundTerms[], stages: number): number {
  const terms = refund[stages - 1] ?? refund.at(-1)!;
  if (terms === 'kept') return 0;
  return terms === 'full' ? amount : Number((BigInt(amount) * BigInt(terms.basisPoints)) / 10_000n);
}

function takenOf(ledger: LedgerProvider, order: string): number {
  const accounts = [...ledger.accounts.values()].filter((one) => one.order === order);
  return accounts.reduce((sum, { payment }) => sum + ledger.taken(payment).captured, 0);
}

function count(ends: Record<string, number>, end: string): void {
  ends[end] = (ends[end] ?? 0) + 1;
}
