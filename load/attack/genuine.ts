// What an attack ends with: the same attempt with what is good makes an order, so that only what was wrong stood in the
// way before.

import type { Field } from './field.ts';
import type { Visitor } from './visitor.ts';

export async function genuinely(
  { tally }: Field,
  visitor: Visitor,
  good: { pass: string; solution: string },
): Promise<void> {
  const note = tally.row('genuine', 'the same attempt with what is good', {
    admits: { exactly: 1 },
  });
  note(await visitor.buyInTheEnd(good));
}
