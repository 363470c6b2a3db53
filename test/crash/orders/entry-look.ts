// What one entry of the journal says, taken apart: whom it is about, and what its moves come to for the
// accounts of pools. Keeps nothing.

import type { EntryOutside } from '../../../src/http/shapes/replies.ts';

/** Units on accounts, by the accounts' names whatever the pool. */
export type Units = Map<string, number>;

export interface Told {
  type: string;
  subject: string;
  data: Record<string, unknown>;
}

export interface EntryLook {
  events: Told[];
  /** Of the events whose types begin so, each subject once, in their order. */
  of(kind: string): string[];
  net: Units;
}

export function lookAt({ events, moves }: EntryOutside): EntryLook {
  const told = events.map(({ type, subject, data = {} }) => ({
    type,
    subject,
    data: data as Record<string, unknown>,
  }));
  const net: Units = new Map();
  for (const { from, to, quantity } of moves) {
    // Counts under limits are no units.
    if (from.startsWith('!')) continue;
    add(net, nameOf(from), -quantity);
    add(net, nameOf(to), quantity);
  }
  const of = (kind: string) => [
    ...new Set(
      told.filter(({ type }) => type.startsWith(`${kind}.`)).map(({ subject }) => subject),
    ),
  ];
  return { events: told, of, net };
}

export function add(units: Units, name: string, quantity: number): void {
  units.set(name, (units.get(name) ?? 0) + quantity);
}

export function sumOf(units: Units, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (units.get(name) ?? 0), 0);
}

function nameOf(account: string): string {
  return account.slice(account.indexOf('/') + 1);
}
