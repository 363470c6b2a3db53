// Records what nodes sold of their leases: together where that goes, each sale by itself where one is
// refused, so that no sale suffers from its neighbours. Holds no rule; the kernel plans.

import type { Decided, Document } from '../engines/contract.ts';
import * as check from '../kernel/check-lease.ts';
import { type LeaseHolding, leaseData, viewLease } from '../kernel/lease.ts';
import type { RecordCommand, Sale } from '../kernel/lease-commands.ts';
import { type LeasedSale, recordSales } from '../kernel/lease-sales.ts';
import type { Plan } from '../kernel/plan.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import { reservationData, viewReservation } from '../kernel/reservation.ts';
import type { Answer, CallOptions } from '../stock.ts';
import { findLease, type LeaseParts } from './lease-parts.ts';
import { isRecorded, type Recorded, type SaleResult } from './lease-views.ts';

/** Refusals that an offline till is past: it has sold already. */
const PAST_LIMIT: ReadonlySet<string> = new Set(['limit-exceeded', 'buyer-required']);

export class LeaseSales {
  readonly #parts: LeaseParts;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  /**
   * What the node has sold becomes confirmed reservations, each sale on its own and each once, by its
   * id. Refused are sales of a lease that has ended, and those that a purchase limit has no room for;
   * an offline till's are recorded all the same, because they have happened.
   */
  async record(
    command: RecordCommand,
    { principal }: Pick<CallOptions, 'principal'> = {},
  ): Promise<Answer<Recorded>> {
    const wrong = check.checkSales(command);
    if (wrong) return wrong;
    const { lease } = command;
    if ((await this.#lease(lease)) === undefined) return refuse('unknown-lease', { lease });
    const sales = command.sales.map((sale) => leasedSale(sale, lease));
    const before = await this.#documents(sales.map(({ id }) => id));
    const open = sales.filter((_, index) => before[index] === undefined);
    const refused = await this.#recordAll(open, principal);
    const after = await this.#documents(sales.map(({ id }) => id));
    const results = sales.map((sale, index): SaleResult => {
      const found = after[index];
      if (found === undefined) return { sale: sale.id, ...refused.get(sale.id)! };
      return saleResult(sale, found, before[index] !== undefined);
    });
    const { dueMs } = this.#parts.engine.clock();
    const [now] = await this.#documents([lease]);
    const value = { lease: viewLease(now!, dueMs), results };
    return { ok: true, repeated: open.length === 0, value };
  }

  /** All in one step, or where that is refused each by itself; who was refused, and why. */
  async #recordAll(
    sales: readonly LeasedSale[],
    principal: string | undefined,
  ): Promise<Map<string, Refused>> {
    const refused = new Map<string, Refused>();
    const commit = (some: readonly LeasedSale[], overLimit = false) =>
      this.#commitSales(some, { overLimit, principal });
    if (sales.length === 0) return refused;
    const together = await commit(sales);
    if (together.ok) return refused;
    for (const sale of sales) {
      const alone = sales.length === 1 ? together : await commit([sale]);
      if (alone.ok) continue;
      const happened = PAST_LIMIT.has(alone.code) && (await this.#isOffline(sale));
      const answer = happened ? await commit([sale], true) : alone;
      if (!answer.ok) refused.set(sale.id, answer);
    }
    return refused;
  }

  /** Under a key of its own, which only says who asked: what takes effect once is each sale, by its id. */
  #commitSales(
    sales: readonly LeasedSale[],
    { overLimit, principal }: { overLimit: boolean; principal: string | undefined },
  ): Promise<Answer<Decided>> {
    const options: CallOptions = { key: `record:${this.#parts.newId()}` };
    if (principal !== undefined) options.principal = principal;
    return this.#parts.run<Decided>('finish', options, ['record', { sales }], {
      plan: () => this.#planSales(sales, overLimit),
      value: (entry) => entry,
    });
  }

  async #planSales(sales: readonly LeasedSale[], overLimit: boolean): Promise<Plan> {
    const { limits, engine, newId } = this.#parts;
    const lines = sales.flatMap((sale) => sale.lines);
    const known = await this.#documents(sales.map(({ id }) => id));
    const taken = known.find((document) => document !== undefined);
    // Somebody recorded it meanwhile: each is looked at by itself.
    if (taken !== undefined) return refuse('already-confirmed', { reservation: taken.id });
    const leases = new Map<string, LeaseHolding>();
    for (const id of new Set(lines.map(({ lease }) => lease))) {
      const found = await this.#lease(id);
      if (found !== undefined) leases.set(id, found);
    }
    const products = limits.asksProduct ? await limits.productsOf(lines) : undefined;
    return recordSales(sales, {
      nowMs: engine.clock().nowMs,
      newId,
      leases,
      overLimit,
      rules: limits.covering(lines, products),
      ...(products === undefined ? {} : { products }),
    });
  }

  async #isOffline({ lines }: LeasedSale): Promise<boolean> {
    const found = await this.#lease(lines[0]!.lease);
    return found !== undefined && leaseData(found.document).leaseForMs === undefined;
  }

  async #lease(id: string): Promise<LeaseHolding | undefined> {
    return findLease(this.#parts.engine, id);
  }

  #documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return this.#parts.engine.documents(ids);
  }
}

function leasedSale(sale: Sale, lease: string): LeasedSale {
  const { metadata } = sale;
  const lines = sale.lines.map((line) => ({ ...line, lease: line.lease ?? lease }));
  // As a durable store keeps it, and nobody else's.
  const own = metadata === undefined ? {} : { metadata: JSON.parse(JSON.stringify(metadata)) };
  return { ...sale, ...own, lines };
}

function saleResult(sale: LeasedSale, found: Document, repeated: boolean): SaleResult {
  if (!isRecorded(found, sale)) {
    return { sale: sale.id, ...refuse('key-reused', { key: sale.id, at: found.createdAtMs }) };
  }
  const overLimit = reservationData(found).sale?.overLimit === true;
  const reservation = viewReservation(found, 0);
  return { sale: sale.id, ok: true, repeated, overLimit, reservation };
}
