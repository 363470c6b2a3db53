// Lists that are longer than a page, as iterators that ask for the next page when the last one is
// used up. A list cannot be refused item by item: a refusal of a page is thrown.

import type { Answer } from './answer.ts';
import { HoldfastClientError } from './client-error.ts';

/** The items of one page, and how to ask for the next one; without it the list ends. */
export interface Slice<Item, Query> {
  items: readonly Item[];
  next: Query | undefined;
}

/** @throws HoldfastClientError when a page is refused or does not come. */
export async function* overPages<Page, Item, Query>(
  query: Query,
  ask: (query: Query) => Promise<Answer<Page>>,
  slice: (page: Page, query: Query) => Slice<Item, Query>,
): AsyncGenerator<Item, void, undefined> {
  let open: Query | undefined = query;
  while (open !== undefined) {
    const answer: Answer<Page> = await ask(open);
    if (!answer.ok) throw new HoldfastClientError('refused', { refusal: answer });
    const { items, next }: Slice<Item, Query> = slice(answer.value, open);
    yield* items;
    open = next;
  }
}

/** A query string with its question mark; empty without parameters. */
export function queryOf(
  parameters: Readonly<Record<string, string | number | readonly string[] | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) for (const each of value) query.append(name, each);
    else if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${query}`;
}
