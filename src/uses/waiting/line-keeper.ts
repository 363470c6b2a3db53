// Serves lines: whoever's turn it is gets an offer of what has come in, until nothing is left or nobody
// waits. Runs in every server; the versions of waiters keep two from serving the same one twice.

import { crashPoint } from '../../engines/crash-point.ts';
import { closeLine, lineCount, lineId, makeOffer } from '../../kernel/line.ts';
import { type Plan, planned } from '../../kernel/plan.ts';
import { type RefusalCode, refuse } from '../../kernel/refusals.ts';
import { leaves, waiterData } from '../../kernel/waiter.ts';
import type { StockParts } from '../../stock/parts.ts';
import { Rounds } from '../rounds.ts';
import type { KnownLines } from './known-lines.ts';
import type { LinesInSales } from './lines-in-sales.ts';

/** Why somebody cannot be served whom no stock could help. */
const NEVER: ReadonlySet<RefusalCode> = new Set([
  'limit-exceeded',
  'pool-closed',
  'buyer-required',
  'sale-closed',
  'address-required',
]);

/** So many are told at once that it is over. */
const TOLD_AT_ONCE = 100;

export interface KeeperParts {
  stock: StockParts;
  known: KnownLines;
  inSales: LinesInSales;
  offerForMs: number;
}

export class LineKeeper {
  readonly #parts: KeeperParts;
  readonly #rounds = new Rounds();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#rounds.start(() => {
      for (const pool of this.#parts.known.open) this.wake(pool);
    });
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Resolves when nothing is left to do. */
  idle(): Promise<void> {
    return this.#rounds.idle();
  }

  /** Something has come in, or somebody has come or gone. */
  readonly wake = (pool: string): void => this.#rounds.wake(pool, () => this.#serveAll(pool));

  async #serveAll(pool: string): Promise<void> {
    while (await this.#serve(pool)) if (this.#rounds.isStopped) return;
  }

  /** Whether there may be more to do. */
  async #serve(pool: string): Promise<boolean> {
    const { stock, known } = this.#parts;
    if (!known.open.has(pool)) return false;
    const [owner, count] = await stock.engine.owners([pool, lineCount(pool).owner]);
    // Others joined at another server, which is heard of later: the count is as of now.
    const waiting = count?.accounts.granted?.balance ?? 0;
    if (waiting !== known.inLine(pool).length) await known.load(pool);
    const first = known.first(pool);
    if (first === undefined) return waiting === 0 && (await this.#close(pool, count?.seq ?? 0));
    if (owner?.document?.state === 'CLOSED') return this.#tellAll(pool);
    const has = (name: string) => (owner?.accounts[name]?.balance ?? 0) > 0;
    if (!has('offered') && !has('available')) return false;
    crashPoint('offer-making');
    const from = has('offered') ? 'offered' : 'available';
    let again = false;
    const answer = await stock.run('finish', {}, ['offer', { waiter: first }], {
      plan: () => {
        const plan = this.#offer(first, from, again);
        again = true;
        return plan;
      },
      value: () => undefined,
    });
    crashPoint('offer-made');
    if (answer.ok || answer.code === 'contended') {
      known.drop(pool, first);
      return true;
    }
    if (NEVER.has(answer.code)) return this.#sendAway(pool, first, answer.code);
    // Somebody was faster; what comes next wakes it again.
    return false;
  }

  async #offer(waiter: string, from: 'offered' | 'available', again: boolean): Promise<Plan> {
    const { stock, inSales, offerForMs } = this.#parts;
    const found = await stock.latest(waiter);
    if (found?.state !== 'WAITING') return refuse('contended');
    const offering = await inSales.offering(found, { again });
    return 'ok' in offering ? offering : makeOffer(found, { offerForMs, ...offering, from });
  }

  /** The pool sells nothing any more: those who wait for it are told, and nobody is served. */
  async #tellAll(pool: string): Promise<boolean> {
    const all = this.#parts.known.inLine(pool).slice(0, TOLD_AT_ONCE);
    await Promise.all(
      all.map((waiter) => {
        const { sale } = waiterData(waiter);
        return this.#sendAway(pool, waiter.id, sale === undefined ? 'pool-closed' : 'sale-closed');
      }),
    );
    return true;
  }

  async #sendAway(pool: string, waiter: string, reason: string): Promise<boolean> {
    const { stock, known } = this.#parts;
    await stock.run('finish', {}, ['send-away', { waiter }], {
      plan: async () => {
        const found = await stock.latest(waiter);
        return found?.state === 'WAITING' ? leaves(found, reason) : refuse('contended');
      },
      value: () => undefined,
    });
    known.drop(pool, waiter);
    return true;
  }

  /** Nobody is known to wait: if that is so, what is left over goes to stock. */
  async #close(pool: string, seq: number): Promise<boolean> {
    const { stock, known } = this.#parts;
    const { engine } = stock;
    crashPoint('line-closing');
    const answer = await stock.run('finish', {}, ['close-line', { pool }], {
      plan: async () => {
        const [found, line] = await engine.documents([`pool:${pool}`, lineId(pool)]);
        if (found === undefined || line?.state !== 'OPEN') return refuse('contended');
        return planned(closeLine({ pool: found, line }, seq));
      },
      value: () => undefined,
    });
    crashPoint('line-closed');
    if (answer.ok) known.open.delete(pool);
    return false;
  }
}
