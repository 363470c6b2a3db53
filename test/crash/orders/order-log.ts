// What buyers were told, and what they still wait to be told: kept in the memory of the test, so that no
// crash of a server reaches it. Asks nobody.

import type { Ask, Reply, Sender } from '../http-client.ts';

/** A payment that a buyer has before him. */
export interface Bill {
  order: string;
  payment: string;
  payUrl: string;
  due: number;
}

export class OrderLog {
  /** Orders that were acknowledged. */
  readonly orders = new Set<string>();
  readonly payments = new Set<string>();
  readonly waiters = new Set<string>();
  readonly returns = new Set<string>();
  /** How many were taken in from elsewhere, by answers. */
  imported = 0;
  /** Codes of vouchers that buyers may try. */
  codes: string[] = [];
  /** Commands whose outcome nobody was told, by key. */
  readonly unknown = new Map<string, Ask>();
  /** Bills that somebody still means to pay, late. */
  readonly late: Bill[] = [];
  /** Who has paid at an hour when no word of it need come: he will ask. */
  readonly asking = new Set<string>();
  readonly counts = {
    accepted: 0,
    refused: 0,
    unknown: 0,
    resolved: 0,
    paid: 0,
    wrong: 0,
    late: 0,
  };

  /** Sends a command; undefined where no answer came. */
  async send(sender: Sender, ask: Ask): Promise<Reply | undefined> {
    try {
      const reply = await sender.send(ask);
      this.answered(ask, reply);
      return reply;
    } catch {
      if (ask.key !== undefined && !this.unknown.has(ask.key)) {
        this.unknown.set(ask.key, ask);
        this.counts.unknown += 1;
      }
      return undefined;
    }
  }

  answered(ask: Ask, { status, body }: Reply): void {
    if (ask.key !== undefined && this.unknown.delete(ask.key)) this.counts.resolved += 1;
    if (status >= 400) {
      this.counts.refused += 1;
      return;
    }
    this.counts.accepted += 1;
    if (typeof body.orderId === 'string') this.orders.add(body.orderId);
    if (typeof body.paymentId === 'string') this.payments.add(body.paymentId);
    if (ask.path.endsWith('/waiters')) this.waiters.add(String(body.id));
    if (ask.path.endsWith('/codes/import')) this.#imported(ask);
    for (const id of returnsIn(body)) this.returns.add(id);
  }

  /** All of its codes are there, whichever of several askings took in which. */
  #imported({ body }: Ask): void {
    const { codes } = body as { codes: string[] };
    this.imported += codes.length;
    this.codes.push(codes[0]!);
  }
}

/** Of an answer about one, or of the results of a warehouse's events. */
function returnsIn(body: Reply['body']): string[] {
  if (typeof body.reservation === 'string' && typeof body.id === 'string') {
    // A place in line has a pool; its offer is a reservation too.
    return 'pool' in body ? [] : [body.id];
  }
  const results = (body.results ?? []) as { return?: { id: string } }[];
  return results.flatMap((result) => result.return?.id ?? []);
}

/** What there is to pay, out of the answer about a payment. */
export function billOf({ body }: Reply): Bill | undefined {
  const { paymentId, order, action, due } = body as {
    paymentId?: string;
    order?: string;
    action?: { url?: string };
    due?: { amount: number };
  };
  if (paymentId === undefined || order === undefined || due === undefined) return undefined;
  if (action?.url === undefined) return undefined;
  return { payment: paymentId, order, payUrl: action.url, due: due.amount };
}
