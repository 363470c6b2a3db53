// Goes through a list, so many at once that a round does not wait for whoever compares.

const WIDTH = 32;

export async function each<T>(
  items: readonly T[],
  visit: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const walk = async () => {
    while (next < items.length) {
      const item = items[next]!;
      next += 1;
      await visit(item);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, walk));
}
