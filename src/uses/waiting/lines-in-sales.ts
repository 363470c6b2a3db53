// What a line is when a sale sells its pool: one joins it only once that is sold out, offers count under the sale's
// limits and are made while it is open, and what is taken is an order in it, at its prices. Looks sales up; the rules
// are in the kernel (sold-out.ts).

import type { Document, Guard } from '../../engines/contract.ts';
import type { Waiting } from '../../kernel/line.ts';
import { poolData } from '../../kernel/pool.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import type { ReserveContext } from '../../kernel/reserve.ts';
import { asKnown, mayWait } from '../../kernel/sold-out.ts';
import { waiterData } from '../../kernel/waiter.ts';
import type { AcceptCommand, WaitCommand } from '../../kernel/waiter-commands.ts';
import type { SaleDirectory } from '../../orders/sale-directory.ts';
import type { StockParts } from '../../stock/parts.ts';

/** `again`: what was known of the sale has turned out to be old. */
interface How {
  again: boolean;
}

interface Offering {
  reserving: ReserveContext;
  guards?: readonly Guard[];
  offerForMs?: number;
}

/** What is taken, with the sale that it is of. */
export type Taking = AcceptCommand & { sale?: string };

export class LinesInSales {
  readonly #stock: StockParts;
  readonly #sales: SaleDirectory;

  constructor(stock: StockParts, sales: SaleDirectory) {
    this.#stock = stock;
    this.#sales = sales;
  }

  /** What a place in line is taken with; undefined where no sale sells the pool. */
  async joining(
    command: WaitCommand,
    pool: Document,
    how: How,
  ): Promise<Waiting | Refused | undefined> {
    const { sale: name } = poolData(pool);
    if (name === undefined || pool.state !== 'IN_SALE') return undefined;
    const sale = await this.#sales.selling(name, how);
    if ('ok' in sale) return sale;
    const [owner] = await this.#stock.engine.owners([command.pool]);
    return mayWait(sale, command, owner?.accounts.available?.balance ?? 0);
  }

  /** What an offer is made with. Refused once the sale is over. */
  async offering(waiter: Document, how: How): Promise<Offering | Refused> {
    const { pool, sale: name, addressKey } = waiterData(waiter);
    const lines = [{ pool }];
    const known = await this.#stock.reserving(lines);
    if (name === undefined) return { reserving: known };
    const sale = await this.#sales.selling(name, how);
    if ('ok' in sale) return sale;
    const reserving = this.#sales.reservingIn(sale, { lines, addressKey }, known);
    if ('ok' in reserving) return reserving;
    const { offerForMs } = sale.whenSoldOut ?? {};
    return {
      reserving,
      guards: [asKnown(sale)],
      ...(offerForMs === undefined ? {} : { offerForMs }),
    };
  }

  /** The order that taking an offer makes: in a sale its prices and its channel are the sale's. */
  async taking(command: AcceptCommand): Promise<Taking | Refused> {
    const waiter = await this.#stock.latest(command.waiter);
    if (waiter?.kind !== 'waiter') return command;
    const { sale: name, addressKey } = waiterData(waiter);
    if (name === undefined) return command;
    const sale = this.#sales.of(name) ?? (await this.#sales.latest(name))!;
    const { currency, channel } = sale;
    const { unitPrice } = sale.items.find(({ pool }) => pool === command.pool) ?? {};
    const own = { unitPrice, currency, channel, total: undefined };
    for (const field of ['unitPrice', 'currency', 'channel', 'total'] as const) {
      const given = command[field];
      if (given === undefined || given === own[field]) continue;
      const expected = own[field] === undefined ? 'none: it is the sale’s' : `${own[field]}`;
      return refuse('invalid-request', { field, expected });
    }
    const taking: Taking = { ...command, sale: name };
    if (unitPrice !== undefined) taking.unitPrice = unitPrice;
    if (currency !== undefined) taking.currency = currency;
    if (channel !== undefined) taking.channel = channel;
    if (addressKey !== undefined) taking.addressKey = addressKey;
    return taking;
  }
}
