// Gives pre-sold orders their units as they come in where the sale's are from: first come, first served, all of an
// order's or none. Runs in every server; the versions of orders keep two from serving the same one twice.

import type { Document, Engine, Entry } from '../../engines/contract.ts';
import { ownerOf } from '../../kernel/accounts.ts';
import { stock } from '../../kernel/pre-sale.ts';
import { refuse } from '../../kernel/refusals.ts';
import { reservationData } from '../../kernel/reservation.ts';
import type { SaleItem } from '../../kernel/sale.ts';
import type { SaleDirectory } from '../../orders/sale-directory.ts';
import type { StockParts } from '../../stock/parts.ts';
import { Rounds } from '../rounds.ts';

const PAGE = 1_000;
const LIVE: ReadonlySet<string> = new Set(['OPEN', 'CLOSED']);

/** An item with the pool of its pre-sold orders. */
type PreSoldItem = SaleItem & { pre: string };

export class PreSaleKeeper {
  readonly #stock: StockParts;
  readonly #sales: SaleDirectory;
  readonly #rounds = new Rounds();
  /** Of sales that are live, as heard of last. */
  #items: readonly PreSoldItem[] = [];
  #unfollow: (() => void) | undefined;

  constructor(parts: StockParts, sales: SaleDirectory) {
    this.#stock = parts;
    this.#sales = sales;
  }

  start(): void {
    const needs = () => (this.#items.length > 0 ? 'all' : 'named');
    this.#unfollow = this.#stock.engine.follow((entries) => this.#follow(entries), needs);
    this.#rounds.start(() => this.#lookAtAll());
  }

  stop(): Promise<void> {
    this.#unfollow?.();
    return this.#rounds.stop();
  }

  /** Resolves when nobody is left without units that are there. */
  idle(): Promise<void> {
    return this.#rounds.idle();
  }

  #learn(): void {
    const live = this.#sales.all().filter(({ state }) => LIVE.has(state));
    this.#items = live.flatMap(({ items }) =>
      items.flatMap((item) => (item.pre === undefined ? [] : [{ ...item, pre: item.pre }])),
    );
  }

  #lookAtAll(): void {
    this.#learn();
    for (const item of this.#items) this.#wake(item);
  }

  #follow(entries: readonly Entry[]): void {
    const isNews = entries.some(({ documents }) => documents.some(({ kind }) => kind === 'sale'));
    if (isNews) this.#learn();
    if (this.#items.length === 0) return;
    const into = new Set<string>();
    for (const { moves } of entries) for (const { to } of moves) into.add(ownerOf(to));
    for (const item of this.#items) if (into.has(item.from) || into.has(item.pre)) this.#wake(item);
  }

  #wake(item: PreSoldItem): void {
    this.#rounds.wake(item.pre, () => this.#serveAll(item));
  }

  async #serveAll(item: PreSoldItem): Promise<void> {
    if (!(await this.#hasUnits(item))) return;
    for (const { id } of await waitingIn(this.#stock.engine, item.pre)) {
      if (this.#rounds.isStopped || !(await this.#serve(id))) return;
    }
  }

  async #hasUnits({ from, pre }: PreSoldItem): Promise<boolean> {
    const [home, own] = await this.#stock.engine.owners([from, pre]);
    const { held, sold } = own?.accounts ?? {};
    const awaited = (held?.balance ?? 0) + (sold?.balance ?? 0);
    return awaited > 0 && (home?.accounts.available?.balance ?? 0) > 0;
  }

  /** Whether the next one may be served: not before this one is, unless it waits no more. */
  async #serve(id: string): Promise<boolean> {
    const { run, latest } = this.#stock;
    const items = this.#items;
    const answer = await run('finish', {}, ['stock-order', { reservation: id }], {
      plan: async () => {
        const reservation = await latest(id);
        const order = reservation && (await latest(reservationData(reservation).order!));
        if (order === undefined) return refuse('contended');
        return stock({ order, reservation: reservation! }, items);
      },
      value: () => undefined,
    });
    return answer.ok || answer.code === 'contended';
  }
}

/** The reservations of those who wait for units, in the order in which they came; of this very moment. */
async function waitingIn(engine: Engine, pre: string): Promise<Document[]> {
  const found = new Map<string, Document>();
  const take = (document: Document) => {
    if (document.kind !== 'reservation') return;
    const { lines } = reservationData(document);
    const waits = lines.some(
      ({ pool }, line) => pool === pre && document.claims[line]!.quantity > 0,
    );
    if (waits) found.set(document.id, document);
    else found.delete(document.id);
  };
  let after: number | undefined;
  let before: string | undefined;
  do {
    const query = { kind: 'reservation', owner: pre, states: ['HELD', 'CONFIRMED'], limit: PAGE };
    const page = await engine.find(before === undefined ? query : { ...query, before });
    after ??= page.asOf;
    for (const document of page.documents) take(document);
    before = page.documents.length === PAGE ? page.documents.at(-1)!.id : undefined;
  } while (before !== undefined);
  while (true) {
    const entries = await engine.entries({ after, limit: PAGE });
    for (const { documents } of entries) documents.forEach(take);
    if (entries.length < PAGE) break;
    after = entries.at(-1)!.position;
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
