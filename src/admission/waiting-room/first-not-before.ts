// The binary search of lines that are in order.

/** The first of so many indexes at which it no longer is before; their count where it is before at all of them. */
export function firstNotBefore(count: number, isBefore: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
