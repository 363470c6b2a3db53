// What verify has found: each problem names the invariant that does not hold and where. All are
// counted, the first ones are kept.

export type Invariant = 'I1' | 'I2' | 'I5' | 'I6';

export interface Problem {
  /** As numbered in docs/invariants.md. */
  invariant: Invariant;
  what: string;
  /** The entry of the journal at which it was seen. */
  position: number;
}

const KEPT_MAX = 100;

export class Problems {
  readonly kept: Problem[] = [];
  count = 0;
  /** The entry that is being looked at. */
  position = 0;

  add(invariant: Invariant, what: string): void {
    this.count += 1;
    if (this.kept.length < KEPT_MAX) {
      this.kept.push({ invariant, what, position: this.position });
    }
  }
}
