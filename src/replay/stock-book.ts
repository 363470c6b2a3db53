// The replay's own arithmetic: what stock should be after each command, decided one by one in the
// order of the file. The engine's answers are held against it, and it knows what was refused in an
// earlier run, of which the engine keeps no trace. Must never ask the engine.

export interface BookEntry {
  received: number;
  available: number;
  sold: number;
  writtenOff: number;
}

export interface SaleLine {
  pool: string;
  units: number;
}

/** Units granted per line; or which line is the first that is short. */
export type SaleDecision = { granted: number[] } | { shortLine: number };

export class StockBook {
  readonly #entries = new Map<string, BookEntry>();

  open(pool: string, received: number): void {
    this.#entries.set(pool, { received, available: received, sold: 0, writtenOff: 0 });
  }

  get pools(): ReadonlyMap<string, BookEntry> {
    return this.#entries;
  }

  /** What the stock says to a sale, without making it. */
  decideSale(lines: readonly SaleLine[], partial: boolean): SaleDecision {
    const left = new Map<string, number>();
    const granted: number[] = [];
    for (const [index, { pool, units }] of lines.entries()) {
      const available = left.get(pool) ?? this.#entry(pool).available;
      if (available < units && !partial) return { shortLine: index };
      const taken = Math.min(units, available);
      granted.push(taken);
      left.set(pool, available - taken);
    }
    return granted.every((units) => units === 0) ? { shortLine: -1 } : { granted };
  }

  sell(pool: string, units: number): void {
    const entry = this.#entry(pool);
    entry.available -= units;
    entry.sold += units;
  }

  takeBack(pool: string, units: number): void {
    this.sell(pool, -units);
  }

  /** How many of the units are there to be written off. */
  decideWriteOff(pool: string, units: number): number {
    return Math.min(units, this.#entry(pool).available);
  }

  writeOff(pool: string, units: number): void {
    const entry = this.#entry(pool);
    entry.available -= units;
    entry.writtenOff += units;
  }

  #entry(pool: string): BookEntry {
    const entry = this.#entries.get(pool);
    if (entry === undefined) throw new RangeError(`no pool ${pool} was opened`);
    return entry;
  }
}
