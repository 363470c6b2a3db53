// How an entry stands in the journal: its envelope as a JSON array, then the text of each of its
// documents, with tabs between and a newline behind. JSON escapes both inside text, so that a reader
// can cut out a document without reading it.

import type { ByteWriter } from '../byte-writer.ts';
import type {
  AccountId,
  Entry,
  EventDraft,
  Floor,
  JsonObject,
  OwnerSeq,
  ResolvedMove,
} from '../contract.ts';
import { decodeDocument, writeDocument } from '../document-text.ts';
import { isOlder, newerDocument, olderEnvelope } from './older-lines.ts';

const NEWLINE = 10;

/** An entry without its documents, as it stands in the journal. */
export type Envelope = [
  position: number,
  atMs: number,
  granted: number[],
  /** From, to, quantity, and so on. */
  moves: (AccountId | number)[],
  /** Owner, number, and so on. */
  seqs: (string | number)[],
  /** The subject is a number where it is the document that stands there. */
  events: [type: string, subject: string | number, data?: JsonObject][],
  /** Principal, key, hash; empty for none. */
  request: string[],
  floors?: Floor[],
];

const TAB = 9;

/**
 * Writes the lines of entries, with newlines between; returns where the text of each document starts
 * and ends.
 */
export function writeLines(out: ByteWriter, entries: readonly Entry[]): number[] {
  const ends: number[] = [];
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index]!;
    if (out.length > 0) out.byte(NEWLINE);
    writeEnvelope(out, entry);
    const { documents } = entry;
    for (let at = 0; at < documents.length; at += 1) {
      out.byte(TAB);
      ends.push(out.length);
      writeDocument(out, documents[at]!);
      ends.push(out.length);
    }
  }
  return ends;
}

// The names of accounts and owners need no escapes (see accounts.ts); what callers name does.
function writeEnvelope(out: ByteWriter, entry: Entry): void {
  const { granted, moves, seqs, request, floors } = entry;
  out.open();
  out.number(entry.position);
  out.comma();
  out.number(entry.atMs);
  out.text(',[');
  for (let index = 0; index < granted.length; index += 1) {
    if (index > 0) out.comma();
    out.number(granted[index]!);
  }
  out.text('],[');
  for (let index = 0; index < moves.length; index += 1) {
    const { from, to, quantity } = moves[index]!;
    if (index > 0) out.comma();
    out.name(from);
    out.comma();
    out.name(to);
    out.comma();
    out.number(quantity);
  }
  out.text('],[');
  for (let index = 0; index < seqs.length; index += 1) {
    if (index > 0) out.comma();
    out.name(seqs[index]![0]);
    out.comma();
    out.number(seqs[index]![1]);
  }
  out.text('],[');
  writeEvents(out, entry);
  out.text('],[');
  if (request !== undefined) {
    out.quoted(request.principal);
    out.comma();
    out.quoted(request.key);
    out.comma();
    out.quoted(request.hash);
  }
  out.close();
  if (floors !== undefined) {
    out.comma();
    writeFloors(out, floors);
  }
  out.close();
}

function writeFloors(out: ByteWriter, floors: readonly Floor[]): void {
  out.open();
  for (let index = 0; index < floors.length; index += 1) {
    const { account, floor } = floors[index]!;
    out.text(index === 0 ? '{"account":' : ',{"account":');
    out.name(account);
    out.text(',"floor":');
    out.number(floor);
    out.text('}');
  }
  out.close();
}

function writeEvents(out: ByteWriter, { events, documents }: Entry): void {
  for (let index = 0; index < events.length; index += 1) {
    const { type, subject, data } = events[index]!;
    if (index > 0) out.comma();
    out.open();
    out.quoted(type);
    out.comma();
    let at = documents.length - 1;
    while (at >= 0 && documents[at]!.id !== subject) at -= 1;
    if (at >= 0) out.number(at);
    else out.quoted(subject);
    if (data !== undefined) {
      out.comma();
      out.text(JSON.stringify(data));
    }
    out.close();
  }
}

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
    ...(floors === undefined ? {} : { floors }),
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
  for (let at = 0; at < moves.length; at += 3) {
    const [from, to] = [moves[at] as string, moves[at + 1] as string];
    found.push({ from, to, quantity: moves[at + 2] as number });
  }
  return found;
}

export function seqsOf([, , , , seqs]: Envelope): OwnerSeq[] {
  const found: OwnerSeq[] = [];
  for (let at = 0; at < seqs.length; at += 2) {
    found.push([seqs[at] as string, seqs[at + 1] as number]);
  }
  return found;
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
