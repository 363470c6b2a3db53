// Documents that were unpacked a moment ago, for the next question about them, which nearly always
// comes at once. Each id has one place, and whoever comes later takes it. Keeps nothing for sure.

import type { Document, DocumentId } from './contract.ts';
import type { Handle } from './document-store.ts';

export interface Unpacked {
  handle: Handle;
  document: Document;
}

const PLACES = 4_096;
/** The last characters of an id are the ones that differ most. */
const LAST = 4;

// A list instead of a Map: a Map in which as much comes as goes is made anew all the time, and its old
// tables keep what stood in them until the next full collection.
export class RecentDocuments {
  readonly #places: (Unpacked | undefined)[] = new Array(PLACES).fill(undefined);

  get(id: DocumentId): Unpacked | undefined {
    const unpacked = this.#places[placeOf(id)];
    return unpacked?.document.id === id ? unpacked : undefined;
  }

  put(unpacked: Unpacked): void {
    this.#places[placeOf(unpacked.document.id)] = unpacked;
  }

  forget(id: DocumentId): void {
    const place = placeOf(id);
    if (this.#places[place]?.document.id === id) this.#places[place] = undefined;
  }
}

function placeOf(id: DocumentId): number {
  let place = 0;
  for (let index = Math.max(0, id.length - LAST); index < id.length; index += 1) {
    place = Math.imul(place, 31) + id.charCodeAt(index);
  }
  return place & (PLACES - 1);
}
