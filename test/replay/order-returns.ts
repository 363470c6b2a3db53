// Runs an order file as orders and their returns, in sequence: every invoice is an order that is paid and
// sent, every line of a C invoice a return that asks the shop itself what it may take back. Knows no
// more of what was sold than which orders a customer made.

import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { type Invoice, readInvoices } from '../../src/replay/invoices.ts';
import type { SortedLine } from '../../src/replay/sort-line.ts';
import { surveyOrders } from '../../src/replay/survey.ts';
import { ReturningShop } from '../support/returning.ts';
import { accepted } from '../support/shop.ts';

type Outcome = 'full' | 'part' | 'none' | 'no-customer';
type PoolLine = Extract<SortedLine, { pool: string }>;

export interface ReturnsRun {
  outcomes: Record<Outcome, number>;
  /** Lines that were refused, in whole or in part, by reason. */
  reasons: Record<string, number>;
  units: number;
  refunded: number;
  shop: ReturningShop;
}

/** Prices by the line's number, in pence. */
export async function pricesOf(file: string): Promise<number[]> {
  const rows = createReadStream(file)
    .pipe(createGunzip())
    .pipe(parse({ bom: true }));
  const prices: number[] = [];
  let column: number | undefined;
  for await (const row of rows as AsyncIterable<string[]>) {
    column ??= row.indexOf('UnitPrice');
    prices.push(Math.max(0, Math.round(Number(row[column]) * 100) || 0));
  }
  return prices;
}

/** Every invoice of a file, with stock for all that is ordered. */
export async function runReturns(file: string): Promise<ReturnsRun> {
  const survey = await surveyOrders(file);
  const run = new Run(await ReturningShop.open([]), await pricesOf(file));
  await run.fill(survey.ordered);
  for await (const invoice of readInvoices(file, survey)) await run.invoice(invoice);
  return run;
}

class Run implements ReturnsRun {
  readonly outcomes = { full: 0, part: 0, none: 0, 'no-customer': 0 };
  readonly reasons: Record<string, number> = {};
  units = 0;
  refunded = 0;
  readonly shop: ReturningShop;
  readonly #prices: readonly number[];
  /** The orders of a customer, and those with a pool, newest last. */
  readonly #orders = new Map<string, string[]>();

  constructor(shop: ReturningShop, prices: readonly number[]) {
    this.shop = shop;
    this.#prices = prices;
  }

  async fill(ordered: ReadonlyMap<string, number>): Promise<void> {
    const { stock } = this.shop.shop;
    for (const [pool, quantity] of ordered) {
      accepted(await stock.putPool({ pool }));
      if (quantity > 0) accepted(await stock.receive({ pool, quantity }));
    }
  }

  async invoice({ lines }: Invoice): Promise<void> {
    const sales = lines.filter((line): line is PoolLine => line.kind === 'sale');
    if (sales.length > 0) await this.#order(sales);
    for (const sorted of lines) {
      if (sorted.kind === 'return') await this.#comesBack(sorted);
      const isAnonymous = sorted.kind === 'set-aside' && sorted.outcome === 'no-customer';
      if (isAnonymous) await this.#refusedLine('no-customer', {});
    }
  }

  async #order(sales: readonly PoolLine[]): Promise<void> {
    const { customer } = sales[0]!.line;
    const lines = sales.map(({ pool, units, line }) => ({
      ...{ pool, quantity: units, unitPrice: this.#prices[line.number]! },
    }));
    const order = await this.shop.shipped(lines, customer === '' ? {} : { buyer: customer });
    if (customer === '') return;
    for (const key of new Set(['', ...sales.map(({ pool }) => pool)])) {
      const name = `${customer}/${key}`;
      this.#orders.set(name, [...(this.#orders.get(name) ?? []), order]);
    }
  }

  /** Asks each order that has the item, the newest first, for as much as it still has. */
  async #comesBack({ line, pool, units }: PoolLine): Promise<void> {
    const named = this.#orders.get(`${line.customer}/${pool}`) ?? [];
    let rest = units;
    let reason: string | undefined;
    for (const order of [...named].reverse()) {
      const left = await this.#askBack(order, pool, rest);
      rest = left.rest;
      reason = left.reason;
      if (rest === 0) break;
    }
    this.units += units - rest;
    if (rest === 0) this.outcomes.full += 1;
    else if (rest < units) {
      this.outcomes.part += 1;
      this.#count(`part: ${reason}`);
    } else if (reason !== undefined) {
      this.outcomes.none += 1;
      this.#count(reason);
    } else {
      // No order has it: the customer's newest is asked for it, or none that there is.
      const order = this.#orders.get(`${line.customer}/`)?.at(-1) ?? 'none';
      await this.#refusedLine('none', { order, lines: [{ pool, quantity: units }] });
    }
  }

  /** What an order does not give back, and why not. */
  async #askBack(order: string, pool: string, rest: number) {
    const { returns } = this.shop;
    let answer = await returns.request({ order, lines: [{ pool, quantity: rest }] });
    let reason: string | undefined;
    if (!answer.ok) {
      reason = answer.code;
      const quantity = rest - Number(answer.details.excess ?? rest);
      if (quantity === 0) return { rest, reason };
      answer = await returns.request({ order, lines: [{ pool, quantity }] });
    }
    const { id, lines } = accepted(answer);
    const came = lines.map(({ line, quantity }) => ({ line, quantity }));
    accepted(await returns.receive({ return: id, lines: came }));
    const verdict = 'sellable' as const;
    const passed = came.map((one) => ({ ...one, verdict }));
    const closed = accepted(await returns.inspect({ return: id, lines: passed }));
    this.refunded += closed.refundWanted?.amount ?? 0;
    const back = came.reduce((sum, { quantity }) => sum + quantity, 0);
    return { rest: rest - back, reason };
  }

  async #refusedLine(outcome: Outcome, asked: object): Promise<void> {
    const answer = await this.shop.returns.request(asked);
    if (answer.ok) throw new Error(`accepted: ${JSON.stringify(answer.value)}`);
    this.outcomes[outcome] += 1;
    this.#count(outcome === 'none' ? answer.code : `${outcome}: ${answer.code}`);
  }

  #count(reason: string): void {
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
  }
}
