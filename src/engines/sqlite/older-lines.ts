// Lines of the journal as they were written before entries and documents became arrays: objects with
// the names of `Entry` and `Document`. Brought into today's form wherever they are read, so that no
// journal has to be written anew.

import type { Document, Entry } from '../contract.ts';
import { encodeDocument } from '../document-text.ts';
import type { Envelope } from './journal-line.ts';

const BRACE = 123;

export function isOlder(text: string): boolean {
  return text.charCodeAt(0) === BRACE;
}

export function olderEnvelope(text: string): Envelope {
  const entry = JSON.parse(text) as Omit<Entry, 'documents'>;
  const { position, atMs, granted, moves, seqs, events, request, floors } = entry;
  const envelope: Envelope = [
    position,
    atMs,
    granted,
    moves.flatMap(({ from, to, quantity }) => [from, to, quantity]),
    seqs.flat(),
    events.map(({ type, subject, data }) =>
      data === undefined ? [type, subject] : [type, subject, data],
    ),
    request === undefined ? [] : [request.principal, request.key, request.hash],
  ];
  if (floors !== undefined) envelope.push(floors);
  return envelope;
}

/** The text of a document in today's form. */
export function newerDocument(text: string): string {
  return encodeDocument(JSON.parse(text) as Document);
}
