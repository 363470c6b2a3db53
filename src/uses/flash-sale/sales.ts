// Flash sales: every verb as a method. Sets them up, arms, opens and closes them, sells in them, and settles
// those that are over. The rules are in the kernel; what is sold are orders.

import type { Decided, Document, PoolId } from '../../engines/contract.ts';
import { checkSale, checkSaleCheckout, checkSaleName } from '../../kernel/check-sale.ts';
import { inWordsOf, orderIn, type SaleCheckoutCommand } from '../../kernel/order-in-sale.ts';
import type { Plan } from '../../kernel/plan.ts';
import { preSaleOwner } from '../../kernel/pre-sale.ts';
import { refuse } from '../../kernel/refusals.ts';
import { asJson } from '../../kernel/reservation.ts';
import { type Sale, type SaleCommand, saleId, saleOf, saleTerms } from '../../kernel/sale.ts';
import { armSale, type Standing } from '../../kernel/sale-arming.ts';
import { putSale } from '../../kernel/sale-draft.ts';
import * as verbs from '../../kernel/sale-verbs.ts';
import type { Order } from '../../orders/order-view.ts';
import type { Orders } from '../../orders/orders.ts';
import type { SaleDirectory } from '../../orders/sale-directory.ts';
import type { StockParts } from '../../stock/parts.ts';
import type { Answer, CallOptions, Stock } from '../../stock.ts';
import { afterSoldOut, liveBalances } from './after-sold-out.ts';
import { PreSaleKeeper } from './pre-sale-keeper.ts';
import { type SaleView, viewSale } from './sale-view.ts';
import { unitsLeft } from './units-left.ts';

export interface SaleVerb {
  sale: string;
}

export class Sales {
  readonly #parts: StockParts;
  readonly #orders: Orders;
  readonly #directory: SaleDirectory;
  readonly #availability: Stock['availability'];
  /** Serves those who bought before the units were there. */
  readonly preSale: PreSaleKeeper;

  constructor(
    parts: StockParts,
    orders: Orders,
    directory: SaleDirectory,
    availability: Stock['availability'],
  ) {
    this.#parts = parts;
    this.#availability = availability;
    this.preSale = new PreSaleKeeper(parts, directory);
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
    return this.#verb('arm-sale', command, options, async (holding) =>
      armSale(holding, await this.#standing(holding.document)),
    );
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

  /** What was heard of it last, at once. */
  known(name: string): Sale | undefined {
    return this.#directory.of(name);
  }

  /** The one that sells a pool, as it was heard of last. */
  selling(pool: PoolId): Sale | undefined {
    return this.#directory.ofPool(pool);
  }

  /** What its pools have to sell all together, or had a short time ago. */
  readonly unitsOf = (sale: Sale): Promise<number> => unitsLeft(this.#parts.engine, sale);

  /** As it was decided last. */
  latest(name: string): Promise<Sale | undefined> {
    return this.#directory.latest(name);
  }

  /** Those that have a waiting room. */
  withRoom(): Sale[] {
    return this.#directory.all().filter(({ room }) => room !== undefined);
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
  checkout(command: SaleCheckoutCommand, options: CallOptions = {}): Promise<Answer<Order>> {
    const wrong = checkSaleCheckout(command);
    if (wrong !== undefined) return Promise.resolve(wrong);
    const sale = this.#directory.of(command.sale);
    if (sale !== undefined) return this.#checkoutIn(sale, command, options);
    return this.#directory
      .latest(command.sale)
      .then((found) =>
        found === undefined
          ? refuse('unknown-sale', { sale: command.sale })
          : this.#checkoutIn(found, command, options),
      );
  }

  #checkoutIn(
    sale: Sale,
    command: SaleCheckoutCommand,
    options: CallOptions,
  ): Promise<Answer<Order>> {
    const order = orderIn(sale, command);
    if ('ok' in order) return Promise.resolve(order);
    return this.#orders
      .checkout(order, options)
      .then<Answer<Order>>((answer) =>
        answer.ok ? answer : afterSoldOut(sale, inWordsOf(sale, answer), this.#availability),
      );
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
    return this.#run(asked, options, async () => {
      const found = await this.#parts.latest(saleId(command.sale));
      if (found === undefined) return putSale(found, command, how);
      // As it will be: it may have no pre-sale yet.
      const { whenSoldOut } = command;
      const data = asJson({ ...saleTerms(found), whenSoldOut });
      const { pools } = await this.#holdingOf({ ...found, data });
      return putSale(found, command, { ...how, pools });
    });
  }

  async #verb(
    name: string,
    command: SaleVerb,
    options: CallOptions,
    rule: (holding: verbs.SaleHolding) => Plan | Promise<Plan>,
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

  /** What is left in the pools that it would take up. */
  async #standing(document: Document): Promise<Standing> {
    const { items } = saleTerms(document);
    const names = items.flatMap(({ pool }) => [pool, preSaleOwner(pool)]);
    const found = await this.#parts.engine.owners(names);
    const there = found.filter((owner) => owner !== undefined);
    return new Map(there.map((owner) => [owner.owner, owner]));
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
        const balances = await liveBalances(engine, items);
        const holding = await this.#holdingOf(latest);
        return verbs.settleSale(holding, balances, engine.clock().nowMs);
      },
      value: ({ documents }) => this.#directory.take(documents[0]!),
    });
  }
}
