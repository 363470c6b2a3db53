// Adds up vouchers: the accounts that count their uses say exactly what living orders have, and never said
// more than a limit allows.

import type { OrderBooks } from './order-books.ts';
import { SOLD } from './order-due.ts';
import { type Campaign, campaignsOf } from './order-goods.ts';
import type { OrderLog } from './order-log.ts';
import type { OrderLooks } from './order-looks.ts';
import type { OrderWorld } from './order-world.ts';

interface Judged {
  world: OrderWorld;
  books: OrderBooks;
  looks: OrderLooks;
  log: OrderLog;
  round: number;
}

/** Uses by the account that counts them. */
type Uses = Map<string, number>;

export async function voucherProblems({
  world,
  books,
  looks,
  log,
  round,
}: Judged): Promise<string[]> {
  const uses: Uses = new Map();
  const wrong: string[] = [];
  for (const [id, { status, codes }] of books.orders) {
    const shown = looks.orders.get(id)!;
    if (!SOLD.has(status)) {
      if (codes.size > 0) wrong.push(`order ${id} ${status} still has vouchers`);
      continue;
    }
    const told = [...codes.keys()].sort().join();
    if (told !== [...shown.codes].sort().join()) {
      wrong.push(`order ${id} has vouchers ${told}, and shows ${shown.codes}`);
    }
    for (const [code, campaign] of codes) {
      const counted = [all(campaign), one(campaign, code)];
      if (campaign === 'each') counted.push(buyer(campaign, shown.buyer));
      for (const account of counted) uses.set(account, (uses.get(account) ?? 0) + 1);
    }
  }
  for (const [account, balance] of books.units) {
    if (!isUse(account)) continue;
    const expected = uses.get(account) ?? 0;
    if (-balance !== expected) wrong.push(`${account}: ${-balance} uses, ${expected} by orders`);
  }
  for (const [campaign, rules] of Object.entries(campaignsOf(round))) {
    wrong.push(...aboveLimit(books.fewest, campaign, rules));
    const { body } = await world.ask(`/v1/campaigns/${campaign}`);
    const redeemed = uses.get(all(campaign)) ?? 0;
    const imported = campaign === 'once' ? log.imported : 1;
    if (body.imported !== imported) {
      wrong.push(`campaign ${campaign} has ${body.imported} codes from elsewhere, not ${imported}`);
    }
    if (body.held !== 0 || body.redeemed !== redeemed) {
      const shown = `${body.held} held and ${body.redeemed} redeemed`;
      wrong.push(`campaign ${campaign} shows ${shown}, ${redeemed} by orders`);
    }
  }
  return wrong;
}

/** At whatever moment. */
function aboveLimit(
  fewest: OrderBooks['fewest'],
  campaign: string,
  { usesPerCode = 1, usesPerBuyer = 0, usesMax = Number.POSITIVE_INFINITY }: Campaign,
): string[] {
  const limits: [prefix: string, most: number][] = [
    [all(campaign), usesMax],
    [one(campaign, ''), usesPerCode],
    [buyer(campaign, ''), usesPerBuyer],
  ];
  const wrong: string[] = [];
  for (const [account, balance] of fewest) {
    const limit = limits.find(([prefix]) => account.startsWith(prefix.replace('/used', '')));
    if (limit === undefined || !account.endsWith('/used') || -balance <= limit[1]) continue;
    wrong.push(`${account} had ${-balance} uses, ${limit[1]} allowed`);
  }
  return wrong;
}

function isUse(account: string): boolean {
  return (
    account.endsWith('/used') && /^!\+(campaign|voucher|voucher-buyer|voucher-held)\./.test(account)
  );
}

const all = (campaign: string) => `!+campaign.${campaign}!!/used`;
const one = (campaign: string, code: string) => `!+voucher.${campaign}!!${code}/used`;
const buyer = (campaign: string, who: string) => `!+voucher-buyer.${campaign}!!${who}/used`;
