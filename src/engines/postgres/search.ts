// A search for documents as a condition: the meaning of query.ts, in SQL.

import type { DocumentQuery } from '../contract.ts';

export function searchOf(query: DocumentQuery): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const value = (given: unknown, type: string) => {
    values.push(given);
    return `$${values.length}::${type}`;
  };
  const { kind, states, due, buyer, reference, owner, before, limit } = query;
  const where = [`kind = ${value(kind, 'text')}`];
  if (states !== undefined) where.push(`${stateOf(due, value)} = ANY(${value(states, 'text[]')})`);
  if (buyer !== undefined) where.push(`buyer = ${value(buyer, 'text')}`);
  if (reference !== undefined) where.push(`reference = ${value(reference, 'text')}`);
  if (owner !== undefined) where.push(`owners @> ARRAY[${value(owner, 'text')}]`);
  if (before !== undefined) where.push(`id < ${value(before, 'text')}`);
  const order = `ORDER BY id DESC LIMIT ${value(limit, 'int')}`;
  return { where: `${where.join(' AND ')} ${order}`, values };
}

/** What is due counts as being in another state. */
function stateOf(
  due: DocumentQuery['due'],
  value: (given: unknown, type: string) => string,
): string {
  if (due === undefined) return 'state';
  const [dueMs, state] = [value(due.dueMs, 'bigint'), value(due.state, 'text')];
  return `CASE WHEN due_ms <= ${dueMs} THEN ${state} ELSE state END`;
}
