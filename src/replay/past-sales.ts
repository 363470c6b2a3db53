// Earlier sales by customer and pool, to find what a return gives back. The newest sale is taken
// first: most returns of the file follow their order within days. Must be told of sales and asked
// for matches in the order of the file.

/** Units of one earlier sale that a return takes back. */
export interface Taken {
  reservation: string;
  units: number;
}

/** What a return's units match: sales, refused orders, or nothing (for either reason). */
export interface Match {
  taken: Taken[];
  /** Ordered before, and refused then. */
  refused: number;
  /** Bought before, but no unit of it is left to come back. */
  exceeding: number;
  /** Never ordered before. */
  without: number;
}

interface Past {
  sales: { reservation: string; left: number }[];
  refusedLeft: number;
}

export class PastSales {
  readonly #past = new Map<string, Past>();

  sold(customer: string, pool: string, sale: Taken): void {
    if (customer === '' || sale.units === 0) return;
    this.#of(customer, pool).sales.push({ reservation: sale.reservation, left: sale.units });
  }

  refused(customer: string, pool: string, units: number): void {
    if (customer === '' || units === 0) return;
    this.#of(customer, pool).refusedLeft += units;
  }

  /** Finds what a return gives back, and counts it as back. */
  match(customer: string, pool: string, units: number): Match {
    const match: Match = { taken: [], refused: 0, exceeding: 0, without: 0 };
    const past = this.#past.get(key(customer, pool));
    if (past === undefined) return { ...match, without: units };
    let open = units;
    while (open > 0 && past.sales.length > 0) {
      const sale = past.sales.at(-1)!;
      const back = Math.min(open, sale.left);
      if (back > 0) match.taken.push({ reservation: sale.reservation, units: back });
      sale.left -= back;
      open -= back;
      if (sale.left === 0) past.sales.pop();
    }
    match.refused = Math.min(open, past.refusedLeft);
    past.refusedLeft -= match.refused;
    match.exceeding = open - match.refused;
    return match;
  }

  #of(customer: string, pool: string): Past {
    let past = this.#past.get(key(customer, pool));
    if (past === undefined) {
      past = { sales: [], refusedLeft: 0 };
      this.#past.set(key(customer, pool), past);
    }
    return past;
  }
}

function key(customer: string, pool: string): string {
  return `${pool}/${customer}`;
}
