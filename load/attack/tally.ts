// What came of everything that was tried in an attack run: a row for each way of trying, with what may come of it.
// Counts; the report judges.

import type { Reply } from './door.ts';

/** How many orders a row may bring. */
export interface Admits {
  /** Neither more nor fewer: where genuine ones are among them. */
  exactly?: number;
  atLeast?: number;
}

export interface Row {
  attack: string;
  how: string;
  tried: number;
  /** Different orders that came of it. */
  orders: number;
  admits: Admits;
  /** Codes that refuse it as it should be refused. */
  mayAnswer: string[];
  answers: Record<string, number>;
}

interface Counted extends Omit<Row, 'orders'> {
  orders: Set<string>;
}

export interface RowOptions {
  /** None, unless something is said. */
  admits?: Admits;
  mayAnswer?: string[];
}

export class Tally {
  readonly #rows = new Map<string, Counted>();

  row(attack: string, how: string, options: RowOptions = {}): (reply: Reply) => Reply {
    const { admits = { exactly: 0 }, mayAnswer = [] } = options;
    const name = `${attack}: ${how}`;
    let row = this.#rows.get(name);
    if (row === undefined) {
      row = {
        attack,
        how,
        tried: 0,
        orders: new Set(),
        admits: { ...admits },
        mayAnswer,
        answers: {},
      };
      this.#rows.set(name, row);
    } else if (admits.exactly !== undefined) {
      row.admits.exactly = (row.admits.exactly ?? 0) + admits.exactly;
    }
    const its = row;
    return (reply) => {
      its.tried += 1;
      its.answers[reply.code] = (its.answers[reply.code] ?? 0) + 1;
      if (reply.code === 'order') its.orders.add(reply.body.orderId);
      return reply;
    };
  }

  rows(): Row[] {
    return [...this.#rows.values()].map((row) => ({ ...row, orders: row.orders.size }));
  }

  /** Ids of all orders that were told to anybody. */
  orders(): Set<string> {
    return new Set([...this.#rows.values()].flatMap(({ orders }) => [...orders]));
  }
}

/** A row holds where it brought the orders that it may, and each other answer is one that it may have. */
export function rowHolds({ orders, admits, mayAnswer, answers }: Row): boolean {
  const { exactly, atLeast = 0 } = admits;
  const isCounted = exactly === undefined ? orders >= atLeast : orders === exactly;
  const mayAdmit = exactly === undefined || exactly > 0;
  return (
    isCounted &&
    Object.keys(answers).every((code) => mayAnswer.includes(code) || (code === 'order' && mayAdmit))
  );
}
