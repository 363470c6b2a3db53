// Owners as text, several in a row of the tables: a line for each, `id<TAB>number<TAB>accounts`
// (accounts-text.ts). Names have no control characters (kernel/accounts.ts).

import { accountsOf, accountsText, type NamedAccount } from './accounts-text.ts';

const PARTS = '\t';
const PARTS_CODE = 9;
const LINES = '\n';

export interface StoredOwner {
  id: string;
  seq: number;
  accounts: NamedAccount[];
}

export function ownerLine({ id, seq, accounts }: StoredOwner): string {
  return `${id}${PARTS}${seq}${PARTS}${accountsText(accounts)}`;
}

export function ownerOfLine(line: string): StoredOwner {
  const [id, seq, accounts] = line.split(PARTS);
  return { id: id!, seq: Number(seq), accounts: accountsOf(accounts!) };
}

/** Whose line it is. */
export function idOfLine(line: string): string {
  return line.slice(0, line.indexOf(PARTS));
}

/** Names beside each other differ at their ends, and to compare whole ones takes longest (kernel/accounts.ts). */
export function isLineOf(line: string, id: string): boolean {
  const { length } = id;
  return (
    line.charCodeAt(length - 1) === id.charCodeAt(length - 1) &&
    line.charCodeAt(length) === PARTS_CODE &&
    line.slice(0, length) === id
  );
}

export function bodyOf(lines: readonly string[]): string {
  return lines.join(LINES);
}

export function linesOfBody(body: string): string[] {
  return body.split(LINES);
}
