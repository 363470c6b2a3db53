// Counts what became of every line and unit, and keeps a running hash of it in the order of the
// file, so that two runs can be compared by one number. Counts only; it never decides an outcome.

import { createHash } from 'node:crypto';
import type { OrderLine } from './order-file.ts';
import {
  type LineOutcome,
  lineOutcome,
  OUTCOMES,
  PART_OUTCOMES,
  type Part,
  type UnitOutcome,
} from './outcomes.ts';

export interface TallyCounts {
  lines: Record<LineOutcome, number>;
  units: Record<UnitOutcome, number>;
}

export class Tally {
  readonly #hash = createHash('sha256');
  readonly counts: TallyCounts = {
    lines: zeros([...Object.keys(OUTCOMES), ...Object.keys(PART_OUTCOMES)] as LineOutcome[]),
    units: zeros(Object.keys(OUTCOMES) as UnitOutcome[]),
  };

  /** A line has ended. Parts of no units are left out, unless the line states none at all. */
  count(line: OrderLine, parts: readonly Part[]): void {
    const some = parts.filter(({ units }) => units > 0);
    const ended = some.length > 0 ? some : parts.slice(0, 1);
    const outcome = lineOutcome(ended);
    this.counts.lines[outcome] += 1;
    let text = `${line.number}`;
    for (const part of ended) {
      this.counts.units[part.outcome] += part.units;
      text += ` ${part.outcome} ${part.units}`;
    }
    this.#hash.update(`${text}\n`);
  }

  get lines(): number {
    return Object.values(this.counts.lines).reduce((sum, count) => sum + count, 0);
  }

  get units(): number {
    return Object.values(this.counts.units).reduce((sum, count) => sum + count, 0);
  }

  /** SHA-256 over every line's number, outcomes and units so far. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
