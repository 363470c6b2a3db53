// How an order in a sale goes on where an item of it is sold out and may be bought before it is there: the same order
// again, with that item taken from what is to come. Its own units are always asked for first.

import type { Engine, PoolId } from '../engines/contract.ts';
import type { OrderCommand } from '../kernel/order-commands.ts';
import { preSaleItem } from '../kernel/pre-sale.ts';
import type { Answer } from '../stock.ts';
import type { Order } from './order-view.ts';
import type { SaleDirectory } from './sale-directory.ts';

/** How often units may come back, and be gone again, while one order is tried. */
const TRIES_MAX = 5;

/** Makes the order, with the units of these pools taken before they are there. */
type MakeOrder = (soldOut?: ReadonlySet<PoolId>) => Promise<Answer<Order>>;

export class PreSale {
  readonly #engine: Engine;
  readonly #sales: SaleDirectory;

  constructor(engine: Engine, sales: SaleDirectory) {
    this.#engine = engine;
    this.#sales = sales;
  }

  async orLater(command: OrderCommand, make: MakeOrder): Promise<Answer<Order>> {
    let answer = await make();
    for (let tries = 1; tries < TRIES_MAX && isShort(answer); tries += 1) {
      const soldOut = new Set<PoolId>();
      while (isShort(answer) && this.#takesMore(command, answer, soldOut)) {
        answer = await make(soldOut);
      }
      // Refused for what is to come: unless an own unit has come back meanwhile.
      if (!isShort(answer)) return answer;
      if (!(await this.#hasComeBack(command, soldOut))) return named(answer, command, soldOut);
      answer = await make();
    }
    return answer;
  }

  #takesMore(command: OrderCommand, answer: Answer<Order>, soldOut: Set<PoolId>): boolean {
    const sale = this.#sales.of(command.sale!);
    const pool = answer.ok ? undefined : answer.details.pool;
    const item = sale && preSaleItem(sale, pool);
    if (item === undefined || soldOut.has(item.pool)) return false;
    soldOut.add(item.pool);
    return true;
  }

  async #hasComeBack({ lines }: OrderCommand, soldOut: ReadonlySet<PoolId>): Promise<boolean> {
    if (soldOut.size === 0) return false;
    const owners = await this.#engine.owners([...soldOut]);
    return owners.some((owner) => {
      const available = owner?.accounts.available?.balance ?? 0;
      return lines.some(
        ({ pool, quantity, quantityMin = quantity }) =>
          pool === owner?.owner && available > 0 && available >= quantityMin,
      );
    });
  }
}

/** What is to come is not named: it is the item that is sold out. */
function named(
  answer: Answer<Order>,
  { sale }: OrderCommand,
  soldOut: ReadonlySet<PoolId>,
): Answer<Order> {
  const pool = [...soldOut].at(-1);
  if (answer.ok || pool === undefined || answer.details.pool !== undefined) return answer;
  return { ...answer, details: { sale: sale!, pool } };
}

function isShort(answer: Answer<Order>): boolean {
  return !answer.ok && answer.code === 'insufficient-stock';
}
