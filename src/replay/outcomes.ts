// How a line of the order file can end: a closed list, each with a sentence for the report. A line
// ends in exactly one of them; one that splits ends in its "in part" form, and its units are counted
// under what became of each. Must not decide anything.

export const OUTCOMES = {
  sold: 'Sold.',
  'not-enough-stock': 'Refused: fewer units were left than the line asks for.',
  'other-line-short': 'Refused with its invoice, all or nothing: another line was short.',
  returned: 'Came back to stock.',
  'return-of-refused-sale': 'Return refused: the sale that it belongs to was refused.',
  'return-exceeds-sales': 'Return refused: all that this customer bought of it is back already.',
  'return-without-sale': 'Return refused: this customer never ordered it before.',
  'no-customer': 'Return refused: it names no customer, so no sale can be found.',
  'written-off': 'Written off.',
  'write-off-exceeds-stock': 'Not written off: the units were not there.',
  'not-goods': 'Set aside: a bookkeeping entry (an invoice that begins with A) moves no goods.',
  'no-invoice': 'Set aside: the line names no invoice.',
  'no-sku': 'Set aside: the line names no stock code.',
  'bad-quantity': 'Set aside: the quantity is missing, zero, not whole, or of the wrong sign.',
  'out-of-bounds': 'Set aside: a value is longer or larger than the system accepts.',
} as const;

/** What became of units. */
export type UnitOutcome = keyof typeof OUTCOMES;

export const PART_OUTCOMES = {
  'sold-in-part': 'Sold as far as stock went.',
  'returned-in-part': 'Came back as far as a sale could be found.',
  'written-off-in-part': 'Written off as far as units were there.',
} as const;

/** What became of a line. */
export type LineOutcome = UnitOutcome | keyof typeof PART_OUTCOMES;

/** Some units of a line, and what became of them. */
export interface Part {
  outcome: UnitOutcome;
  units: number;
}

const IN_PART: Partial<Record<UnitOutcome, LineOutcome>> = {
  sold: 'sold-in-part',
  returned: 'returned-in-part',
  'written-off': 'written-off-in-part',
};

/** The one outcome of a line, from its parts in the order of their weight. */
export function lineOutcome(parts: readonly Part[]): LineOutcome {
  const [first] = parts;
  if (first === undefined) throw new RangeError('a line without an outcome');
  return parts.length === 1 ? first.outcome : (IN_PART[first.outcome] ?? first.outcome);
}

export function outcomeText(outcome: LineOutcome): string {
  return outcome in OUTCOMES
    ? OUTCOMES[outcome as UnitOutcome]
    : PART_OUTCOMES[outcome as keyof typeof PART_OUTCOMES];
}
