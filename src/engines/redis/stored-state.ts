// The state of a store as Redis keeps it, made from what the record says of it: fields of its hashes, members of
// its indexes. The same as the script writes them (lua/commit.lua). Decides nothing.

import { filedUnder } from '../../kernel/accounts.ts';
import type { Document, DocumentWrite, OwnerState } from '../contract.ts';
import { flagsOf, TENTATIVE, writeBlob } from './document-blob.ts';
import { PackWriter } from './pack-writer.ts';

/** The head of a text of any bytes, with which a blob is written into a row. */
const HEAD_BYTES = 5;
/** Digits of a deadline in the index, so that texts have the order of numbers. */
const DEADLINE_DIGITS = 16;

const row = new PackWriter();
const blob = new PackWriter();

export function ownerValue({ seq, accounts }: OwnerState): Buffer {
  row.clear();
  row.number(seq);
  for (const [name, { balance, floor, inflow }] of Object.entries(accounts)) {
    row.text(name);
    row.number(balance);
    row.number(floor);
    row.number(inflow);
  }
  return row.row();
}

export function documentValue(document: Document): Buffer {
  const { version, createdAtMs, updatedAtMs, deadlineMs = -1 } = document;
  row.clear();
  for (const value of [version, createdAtMs, updatedAtMs, deadlineMs]) row.number(value);
  // All claims say by themselves what they are on.
  row.text('');
  blob.clear();
  writeBlob(blob, writeOf(document));
  return Buffer.concat([row.row(), blob.bytes.bytes.subarray(HEAD_BYTES, blob.bytes.length)]);
}

/** When it is due, if it ever is. */
export function deadlineOf(document: Document): number | undefined {
  return isTentative(document) ? undefined : document.deadlineMs;
}

/** What the index knows of it: see lua/due.lua. */
export function indexMembers(document: Document): string[] {
  const { id, kind, deadlineMs, releaseTo } = document;
  const members: string[] = [];
  if (isTentative(document)) {
    for (const account of filedAccounts(document)) members.push(`t${account}\0${id}`);
  } else if (deadlineMs !== undefined) {
    const text = String(Math.max(0, deadlineMs)).padStart(DEADLINE_DIGITS, '0') + id;
    for (const account of filedAccounts(document)) members.push(`c${account}\0${text}`);
  }
  if (typeof releaseTo === 'object') {
    members.push(`r${releaseTo.release}\0${id.slice('pool:'.length)}`);
  }
  if (id.startsWith(`${kind}:`)) members.push(`n${kind}\0${id}`);
  return members;
}

function filedAccounts({ claims, frees = [] }: Document): Set<string> {
  const held = claims.filter(({ quantity }) => quantity > 0);
  return new Set([...held.map(({ undo }) => filedUnder(undo)), ...frees]);
}

function isTentative(document: Document): boolean {
  return flagsOf(document) >= TENTATIVE;
}

function writeOf({ deadlineMs, ...document }: Document): DocumentWrite {
  const { version: _, createdAtMs: _c, updatedAtMs: _u, ...write } = document;
  return deadlineMs === undefined ? write : { ...write, deadline: { keep: true } };
}
