// Sets what differs in Redis to what the record says, and never the other way round. Each change is made by the
// script, in the epoch in which it was seen, and only where that still is so; none takes an account below its
// floor. Decides nothing about stock.

import type { Document, OwnerState } from '../../contract.ts';
import type { Argument, Send } from '../connection.ts';
import { readDocument } from '../document-blob.ts';
import type { StoreKeys } from '../keys.ts';
import { readOwner } from '../reads.ts';
import { callFunction } from '../scripted.ts';
import { deadlineOf, documentValue, indexMembers } from '../stored-state.ts';
import type { Look } from './both-sides.ts';
import type { Difference } from './difference.ts';

/** `gone`: it differs no more. `changed`: it moves too fast. `held`: units would be missing that are promised. */
export type Mended = 'mended' | 'gone' | 'changed' | 'held';

const ANSWERS = new Map<number, Mended>([
  [1, 'mended'],
  [-1, 'changed'],
  [-2, 'held'],
]);

export class Mending {
  readonly #send: Send;
  readonly #keys: StoreKeys;

  constructor(send: Send, keys: StoreKeys) {
    this.#send = send;
    this.#keys = keys;
  }

  /** An owner: its number and its accounts. */
  async owner(id: string, look: Look): Promise<Mended> {
    const value = look.owners.get(id);
    const here = value && readOwner(id, value);
    const there = look.expected.owners.get(id);
    const numberOff = (there?.seq ?? 0) - (here?.seq ?? 0);
    // By how much it is off is the same after any move; but not where entries are not going to be recorded.
    const isExact = numberOff !== 0;
    if (isExact && look.pending.has(id)) return 'changed';
    const { metadata, life, owners } = this.#keys;
    const seen = isExact ? (value ?? '') : '';
    const values = [String(look.place.epoch), look.mended, id, seen, String(numberOff)];
    return this.#call(
      'mendowner',
      [metadata, life, owners],
      [...values, ...accountsOff(here, there)],
    );
  }

  /** A document, its deadline and its place in the index. */
  async document(id: string, look: Look): Promise<Mended> {
    const value = look.documents.get(id);
    const here = value && readDocument(id, value);
    const there = look.expected.documents.get(id);
    // What was not recorded yet is what Redis says.
    if (look.pending.has(id)) return 'changed';
    const going = [...(here ? indexMembers(here) : []), ...(there ? indexMembers(there) : [])];
    const { metadata, documents, deadlines, index } = this.#keys;
    return this.#call(
      'menddocument',
      [metadata, documents, deadlines, index],
      [
        ...[String(look.place.epoch), id, value ?? '', there ? documentValue(there) : ''],
        ...[deadlineText(there), String(going.length), ...going],
        ...(there ? indexMembers(there) : []),
      ],
    );
  }

  /** What stands in a sorted set for nothing. */
  async stray({ what, id, of }: Difference, epoch: number): Promise<Mended> {
    const { metadata, deadlines, index, documents } = this.#keys;
    const isTimed = what === 'deadline';
    const values = [String(epoch), isTimed ? '1' : '0', isTimed ? id : of!];
    const named = { keys: [metadata, isTimed ? deadlines : index, documents], values };
    return Number(await callFunction(this.#send, 'unstray', named)) > 0 ? 'mended' : 'gone';
  }

  async #call(
    name: 'mendowner' | 'menddocument',
    keys: string[],
    values: Argument[],
  ): Promise<Mended> {
    return ANSWERS.get(Number(await callFunction(this.#send, name, { keys, values }))) ?? 'changed';
  }
}

/** Of each account that is off: its name, by how much, and the floor. */
function accountsOff(here: OwnerState | undefined, there: OwnerState | undefined): string[] {
  const names = new Set([
    ...Object.keys(here?.accounts ?? {}),
    ...Object.keys(there?.accounts ?? {}),
  ]);
  const values: string[] = [];
  for (const name of names) {
    const [is, should] = [here?.accounts[name], there?.accounts[name]];
    const change = (should?.balance ?? 0) - (is?.balance ?? 0);
    const floor = should?.floor ?? 0;
    if (change !== 0 || floor !== (is?.floor ?? 0))
      values.push(name, String(change), String(floor));
  }
  return values;
}

function deadlineText(document: Document | undefined): string {
  return String((document && deadlineOf(document)) ?? -1);
}
