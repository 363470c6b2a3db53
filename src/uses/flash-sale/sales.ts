// Flash sales: every verb as a method. Sets them up, arms, opens and closes them, sells in them, and settles
// those that are over. The rules are in the kernel; what is sold are orders.

import type { Decided, Document } from '../../engines/contract.ts';
import { checkSale, checkSaleCheckout, checkSaleName } from '../../kernel/check-sale.ts';
import type { OrderCommand } from '../../kernel/order-commands.ts';
import type { Plan } from '../../kernel/plan.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import { type Sale, type SaleCommand, saleId, saleOf, saleTerms } from '../../kernel/sale.ts';
import { putSale } from '../../kernel/sale-draft.ts';
import { saleLimitOf } from '../../kernel/sale-limits.ts';
import * as verbs from '../../kernel/sale-verbs.ts';
import type { Order } from '../../orders/order-view.ts';
import type { Orders } from '../../orders/orders.ts';
import type { SaleDirectory } from '../../orders/sale-directory.ts';
import type { StockParts } from '../../stock/parts.ts';
import type { Answer, CallOptions } from '../../stock.ts';
import { balancesOf, type SaleView, viewSale } from './sale-view.ts';

export interface SaleVerb {
  sale: string;
}

/** An order in a sale: its prices and its channel are the sale's. */
export interface SaleCheckoutCommand
  extends Omit<OrderCommand, 'sale' | 'channel' | 'plan' | 'currency' | 'total'> {
  sale: string;
}

export class Sales {
  readonly #parts: StockParts;
  readonly #orders: Orders;
  readonly #directory: SaleDirectory;

  constructor(parts: StockParts, orders: Orders, directory: SaleDirectory) {
    this.#parts = parts;
    this.#orders = orders;
    this.#directory = directory;
    parts.turns.on('sale', { run: (document) => this.#look(document) });
  }

  /** Drafts a sale. Nothing is set apart yet. */
  create(command: SaleCommand, options: CallOptions = {}): Promise<Answer<SaleView>> {
    return this.#put(['create-sale', command], { fresh: true }, options);
  }

  /** Drafts a sale, or changes it: once it is armed its times and limits only. */
  put(command: SaleCommand, options: CallOptions = {}): Promise<Answer<SaleView>> {
    return this.#put(['put-sale', command], {}, options);
  }

  /** Sets its units apart, all or none: from now on only the sale sells them. */
  arm(command: SaleVerb, options: CallOptions = {}): Promise<Answer<SaleView>> {
    return this.#verb('arm-sale', command, options, verbs.armSale);
  }

  /** Opens it now, whatever its time. */
  open(command: SaleVerb, options: CallOptions = {}): Promise<Answer<SaleView>> {
    return this.#verb('open-sale', command, options, verbs.openSale);
  }

  /** Closes it now: what is left goes home at once, what is held when it is released. */
  close(command: SaleVerb, options: CallOptions = {}): Promise<Answer<SaleView>> {
    return this.#verb('close-sale', command, options, verbs.closeSale);
  }

  /** All of them, without what their pools have. */
  all(): SaleView[] {
    const { nowMs } = this.#parts.engine.clock();
    return this.#directory.all().map((sale) => viewSale(sale, nowMs));
  }

  async sale(name: string): Promise<SaleView | undefined> {
    const [document] = await this.#parts.engine.documents([saleId(name)]);
    if (document === undefined) return undefined;
    const sale = saleOf(document);
    const owners = await this.#parts.engine.owners(sale.items.map(({ pool }) => pool));
    return viewSale(sale, this.#parts.engine.clock().nowMs, owners);
  }

  /**
   * Buys in a sale: an order whose units are held in the same step as they are counted under the sale's
   * limits. Lines name the sale's pools, or those that its units come from.
   */
  async checkout(command: SaleCheckoutCommand, options: CallOptions = {}): Promise<Answer<Order>> {
    const wrong = checkSaleCheckout(command);
    if (wrong !== undefined) return wrong;
    const sale = this.#directory.of(command.sale) ?? (await this.#directory.latest(command.sale));
    if (sale === undefined) return refuse('unknown-sale', { sale: command.sale });
    const order = orderIn(sale, command);
    if ('ok' in order) return order;
    const answer = await this.#orders.checkout(order, options);
    return answer.ok ? answer : inWordsOf(sale, answer);
  }

  // ── How they run ──────────────────────────────────────────────────────────────────────────────

  async #put(
    asked: readonly [string, SaleCommand],
    how: { fresh?: boolean },
    options: CallOptions,
  ): Promise<Answer<SaleView>> {
    const [, command] = asked;
    const wrong = checkSale(command);
    if (wrong !== undefined) return wrong;
    return this.#run(asked, options, async () =>
      putSale(await this.#parts.latest(saleId(command.sale)), command, how),
    );
  }

  async #verb(
    name: string,
    command: SaleVerb,
    options: CallOptions,
    rule: (holding: verbs.SaleHolding) => Plan,
  ): Promise<Answer<SaleView>> {
    const wrong = checkSaleName(command.sale);
    if (wrong !== undefined) return wrong;
    return this.#run([name, command], options, async () => {
      const document = await this.#parts.latest(saleId(command.sale));
      if (document === undefined) return refuse('unknown-sale', { sale: command.sale });
      return rule(await this.#holdingOf(document));
    });
  }

  async #run(
    asked: readonly [string, object],
    options: CallOptions,
    plan: () => Promise<Plan>,
  ): Promise<Answer<SaleView>> {
    const value = ({ documents }: Decided) => documents.find(({ kind }) => kind === 'sale')!;
    const answer = await this.#parts.run('finish', options, asked, { plan, value });
    if (!answer.ok) return answer;
    this.#directory.take(answer.value);
    const sale = saleOf(answer.value);
    return { ...answer, value: viewSale(sale, this.#parts.engine.clock().nowMs) };
  }

  async #holdingOf(document: Document): Promise<verbs.SaleHolding> {
    const { engine, holdingOf } = this.#parts;
    const { pools } = await holdingOf(document, engine.clock().dueMs);
    return { document, pools: pools! };
  }

  /** It is closed: settled once nothing is held, or looked at again. */
  async #look(document: Document): Promise<void> {
    const { engine } = this.#parts;
    const id = document.id;
    await this.#parts.run('background', {}, ['settle-sale', { id, version: document.version }], {
      plan: async () => {
        const latest = (await this.#parts.latest(id))!;
        const { items, sale } = saleTerms(latest);
        if (latest.state !== 'CLOSED') return refuse('sale-closed', { sale });
        const owners = await engine.owners(items.map(({ pool }) => pool));
        const balances = new Map(items.map(({ pool }, index) => [pool, balancesOf(owners[index])]));
        const holding = await this.#holdingOf(latest);
        return verbs.settleSale(holding, balances, engine.clock().nowMs);
      },
      value: ({ documents }) => this.#directory.take(documents[0]!),
    });
  }
}

/** The order that a checkout in a sale is: its lines in the sale's pools, at its prices. */
function orderIn(sale: Sale, command: SaleCheckoutCommand): OrderCommand | Refused {
  const lines: OrderCommand['lines'] = [];
  for (const [index, line] of command.lines.entries()) {
    const item = sale.items.find(({ pool, from }) => pool === line.pool || from === line.pool);
    if (item === undefined) {
      const details = {
        field: `lines/${index}/pool`,
        expected: `an item of the sale ${sale.sale}`,
      };
      return refuse('invalid-request', details);
    }
    const { unitPrice: own, ...rest } = line;
    const unitPrice = item.unitPrice;
    if (own !== undefined && own !== unitPrice) {
      const expected = unitPrice === undefined ? 'none: the sale has no prices' : `${unitPrice}`;
      return refuse('invalid-request', { field: `lines/${index}/unitPrice`, expected });
    }
    lines.push({ ...rest, pool: item.pool, ...(unitPrice === undefined ? {} : { unitPrice }) });
  }
  const order: OrderCommand = { ...command, lines };
  if (sale.currency !== undefined) order.currency = sale.currency;
  if (sale.channel !== undefined) order.channel = sale.channel;
  return order;
}

/** A refusal by a limit of the sale names the sale, and what the limit allows. */
function inWordsOf(sale: Sale, refused: Refused): Refused {
  const { limit: rule, ...rest } = refused.details;
  const limit = refused.code === 'limit-exceeded' ? saleLimitOf(sale, String(rule)) : undefined;
  if (limit === undefined) return refused;
  const { per, quantityMax } = limit;
  return refuse(refused.code, { ...rest, sale: sale.sale, per, quantityMax });
}
