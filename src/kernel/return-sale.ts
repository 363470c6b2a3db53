// The sale that a return takes back from: units leave its claims for the return's, and go back to them
// where they stay with the buyer after all. So no unit can be returned twice.

import type { Move, Transaction } from '../engines/contract.ts';
import { accountOf, poolAccounts } from './accounts.ts';
import { giveCounts, type Holding, versionGuard } from './give-back.ts';
import { asJson, nextOf, reservationData } from './reservation.ts';

/** Units by line of the sale; a line without any may be missing. */
export type UnitsOfSale = ReadonlyMap<number, number>;

/** Takes sold units out of a sale. */
export function takeFromSale(
  sale: Holding,
  taken: UnitsOfSale,
  to: 'returning' | 'inspecting',
): Transaction {
  const { lines } = reservationData(sale.document);
  return saleChange(sale, taken, 1, (line, quantity) => {
    const { pool } = lines[line]!;
    const { account } = sale.document.claims[line]!;
    return { legs: [{ from: account, to: accountOf(pool, to) }], quantity };
  });
}

/** Units that were on their way are sold again. */
export function giveToSale(sale: Holding, kept: UnitsOfSale): Transaction {
  const { lines } = reservationData(sale.document);
  return saleChange(sale, kept, -1, (line, quantity) => {
    const { pool } = lines[line]!;
    const { sold } = poolAccounts(pool);
    return { legs: [{ from: accountOf(pool, 'returning'), to: sold }], quantity };
  });
}

/** What came back counts no more under limits that say so. */
export function giveCountsOfSale(sale: Holding, back: UnitsOfSale): Transaction | undefined {
  const { document } = sale;
  const { lines } = reservationData(document);
  const given = giveCounts(
    sale,
    lines.map((_, line) => back.get(line) ?? 0),
  );
  if (given === undefined) return undefined;
  const write = nextOf(document, document.state, document.data);
  return {
    guards: given.guards,
    moves: given.moves,
    writes: [{ ...write, claims: given.claims, final: true }, ...given.writes],
    events: [],
  };
}

function saleChange(
  { document }: Holding,
  units: UnitsOfSale,
  sign: 1 | -1,
  moveOf: (line: number, quantity: number) => Move,
): Transaction {
  const some = [...units].filter(([, quantity]) => quantity > 0);
  const data = reservationData(document);
  const lines = [...data.lines];
  const claims = [...document.claims];
  for (const [line, quantity] of some) {
    const before = lines[line]!;
    const { account, undo, quantity: sold } = claims[line]!;
    lines[line] = { ...before, returned: (before.returned ?? 0) + sign * quantity };
    claims[line] = { account, undo, quantity: sold - sign * quantity };
  }
  return {
    guards: [versionGuard(document)],
    moves: some.map(([line, quantity]) => moveOf(line, quantity)),
    writes: [
      { ...nextOf(document, document.state, asJson({ ...data, lines })), claims, final: true },
    ],
    events: [],
  };
}
