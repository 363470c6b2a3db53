// How an entry stands in the journal: its envelope as a JSON array, then the text of each of its
// documents, with tabs between and a newline behind. JSON escapes both inside text, so that a reader
// can cut out a document without reading it. journal-line-writer.ts writes it.

import { ownerOf } from '../../kernel/accounts.ts';
import type {
  AccountId,
  Entry,
  EventDraft,
  Floor,
  JsonObject,
  OwnerSeq,
  ResolvedMove,
} from '../contract.ts';
import { decodeDocument } from '../document-text.ts';
import { accountAfter } from '../short-names.ts';
import { isOlder, newerDocument, olderEnvelope } from './older-lines.ts';

const NEWLINE = 10;

/** An entry without its documents, as it stands in the journal. */
export type Envelope = [
  position: number,
  atMs: number,
  granted: number[],
  /** From, to, quantity, and so on; to in short after from (short-names.ts). */
  moves: (AccountId | number)[],
  /** Owner, number, and so on; an owner that is a number owns what that move is from. */
  seqs: (string | number)[],
  /** The subject is a number where it is the document that stands there. */
  events: [type: string, subject: string | number, data?: JsonObject][],
  /** Principal, key, hash; empty for none. */
  request: string[],
  /** An account that is a number is what that move is from. */
  floors?: { account: AccountId | number; floor: number }[],
];

/** A move is so many items of its list. */
export const MOVE_PARTS = 3;

export function decodeLine(line: string): Entry {
  const envelope = envelopeOf(line);
  const [position, atMs, granted, , , events, request, floors] = envelope;
  const documents = documentTextsOf(line).map(decodeDocument);
  const [principal, key, hash] = request;
  return {
    position,
    atMs,
    ...(key === undefined ? {} : { request: { principal: principal!, key, hash: hash! } }),
    granted,
    moves: movesOf(envelope),
    ...(floors === undefined ? {} : { floors: floorsOf(envelope) }),
    seqs: seqsOf(envelope),
    events: events.map(([type, subject, data]) => {
      const at = typeof subject === 'number' ? documents[subject]!.id : subject;
      const event: EventDraft = { type, subject: at };
      if (data !== undefined) event.data = data;
      return event;
    }),
    documents,
  };
}

export function movesOf([, , , moves]: Envelope): ResolvedMove[] {
  const found: ResolvedMove[] = [];
  for (let at = 0; at < moves.length; at += MOVE_PARTS) {
    const from = moves[at] as AccountId;
    const to = accountAfter(from, moves[at + 1] as string);
    found.push({ from, to, quantity: moves[at + 2] as number });
  }
  return found;
}

export function seqsOf([, , , moves, seqs]: Envelope): OwnerSeq[] {
  const found: OwnerSeq[] = [];
  for (let at = 0; at < seqs.length; at += 2) {
    const owner = seqs[at]!;
    const name = typeof owner === 'number' ? ownerOf(fromOf(moves, owner)) : owner;
    found.push([name, seqs[at + 1] as number]);
  }
  return found;
}

export function floorsOf([, , , moves, , , , floors]: Envelope): Floor[] {
  return (floors ?? []).map(({ account, floor }) => ({
    account: typeof account === 'number' ? fromOf(moves, account) : account,
    floor,
  }));
}

/** What a move is from, by its number. */
export function fromOf(moves: Envelope[3], move: number): AccountId {
  return moves[move * MOVE_PARTS] as AccountId;
}

/** The envelope, without reading the documents. */
export function envelopeOf(line: string): Envelope {
  const end = line.indexOf('\t');
  const text = end < 0 ? line : line.slice(0, end);
  return isOlder(text) ? olderEnvelope(text) : (JSON.parse(text) as Envelope);
}

/** The texts of the documents. */
export function documentTextsOf(line: string): string[] {
  const start = line.indexOf('\t');
  if (start < 0) return [];
  const texts = line.slice(start + 1).split('\t');
  return isOlder(texts[0]!) ? texts.map(newerDocument) : texts;
}

/** The lines of a body. Each is cut out of the bytes by itself, so that no large text is made. */
export function linesOf(body: Uint8Array): string[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const lines: string[] = [];
  let start = 0;
  while (start <= bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

/** One line of a body, without cutting out the others. */
export function lineAt(body: Uint8Array, index: number): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let start = 0;
  for (let line = 0; line < index; line += 1) start = bytes.indexOf(NEWLINE, start) + 1;
  const newline = bytes.indexOf(NEWLINE, start);
  return bytes.toString('utf8', start, newline < 0 ? bytes.length : newline);
}
