// What the load was told, in units: the other half of the count at the end. Of every pool what came
// in, what was lost and what was sold by the answers, and how many answers there were of each kind.
// Must count nothing that was not answered.

export interface PoolUnits {
  /** Received and found, less lost, with transfers from and to. */
  came: number;
  /** Confirmed, less returned. */
  sold: number;
}

export class Ledger {
  accepted = 0;
  refused = 0;
  /** Calls that nobody can say the outcome of: the count at the end can then not be exact. */
  unknown = 0;
  /** Answers that must not be, each with what was asked; the first fifty. */
  readonly wrong: string[] = [];
  wrongCount = 0;
  readonly refusals = new Map<string, number>();
  readonly done = new Map<string, number>();
  readonly #pools = new Map<string, PoolUnits>();

  pool(id: string): PoolUnits {
    let units = this.#pools.get(id);
    if (units === undefined) {
      units = { came: 0, sold: 0 };
      this.#pools.set(id, units);
    }
    return units;
  }

  accept(operation: string): void {
    this.accepted += 1;
    this.done.set(operation, (this.done.get(operation) ?? 0) + 1);
  }

  refuse(code: string): void {
    this.refused += 1;
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  mistake(what: string): void {
    this.wrongCount += 1;
    if (this.wrong.length < 50) this.wrong.push(what);
  }
}
