// The opening stock that a replay starts with: a stated share of the units that the file orders of
// each stock code, rounded down. Whole-number arithmetic, so that the same share gives the same
// stock everywhere.

export interface StockShare {
  /** As it was written: `60%`. */
  text: string;
  numerator: number;
  denominator: number;
}

const PERCENTAGE = /^(\d{1,6})(?:\.(\d{1,3}))?%$/;

/** Reads `60%`, `12.5%` or `1000%`; undefined for anything else. */
export function parseStockShare(text: string): StockShare | undefined {
  const match = PERCENTAGE.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  return {
    text: text.trim(),
    numerator: Number(whole + fraction),
    denominator: 100 * 10 ** fraction.length,
  };
}

/** floor(ordered × share). */
export function openingStock(ordered: number, share: StockShare): number {
  const units = (BigInt(ordered) * BigInt(share.numerator)) / BigInt(share.denominator);
  return Number(units);
}
