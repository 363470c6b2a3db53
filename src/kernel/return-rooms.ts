// Spreads units that somebody names over the lines that have room for them: those of a line to that
// line, those of a pool to its lines in their order.

import type { NamedUnits } from './return-commands.ts';
import { wholePool } from './segments.ts';

/** Units that a line could still take. */
export interface Room {
  line: number;
  pool: string;
  left: number;
}

export interface Spread<Named extends NamedUnits> {
  /** In the order in which they were named. */
  taken: { line: number; pool: string; quantity: number; named: Named }[];
  /** What no line had room for. */
  excess: Named[];
}

export function spreadOver<Named extends NamedUnits>(
  rooms: readonly Room[],
  named: readonly Named[],
): Spread<Named> {
  const open = rooms.map((room) => ({ ...room }));
  const spread: Spread<Named> = { taken: [], excess: [] };
  for (const one of named) {
    let rest = one.quantity;
    for (const room of open) {
      const fits =
        one.line === undefined ? wholePool(room.pool) === one.pool : room.line === one.line;
      const quantity = fits ? Math.min(rest, room.left) : 0;
      if (quantity === 0) continue;
      room.left -= quantity;
      rest -= quantity;
      const { line, pool } = room;
      spread.taken.push({ line, pool, quantity, named: one });
    }
    if (rest > 0) spread.excess.push({ ...one, quantity: rest });
  }
  return spread;
}

/** Units by line. */
export function byLine(taken: readonly { line: number; quantity: number }[]): Map<number, number> {
  const units = new Map<number, number>();
  for (const { line, quantity } of taken) units.set(line, (units.get(line) ?? 0) + quantity);
  return units;
}

/** Who was named, as a refusal's details say it. */
export function nameOfUnits({ line, pool }: NamedUnits): { line: number } | { pool: string } {
  return line === undefined ? { pool: pool! } : { line };
}
