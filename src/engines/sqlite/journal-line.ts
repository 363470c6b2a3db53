// How an entry stands in the journal: its envelope as JSON, then each of its documents as JSON, with
// tabs between and a newline behind. JSON escapes both inside text, so that a reader can cut out a
// document without reading it.

import type { Document, Entry } from '../contract.ts';

const NEWLINE = 10;

/** One line, without its newline; `encode` gives a document's text. */
export function encodeLine(entry: Entry, encode: (document: Document) => string): string {
  let line = encodeEnvelope(entry);
  const { documents } = entry;
  for (let index = 0; index < documents.length; index += 1) {
    line += `\t${encode(documents[index]!)}`;
  }
  return line;
}

// Written out by hand, because JSON.stringify of the envelope was a tenth of all time. The names of
// accounts and owners need no escapes (see accounts.ts); what callers name does.
function encodeEnvelope(entry: Entry): string {
  const { position, atMs, request, granted, moves, floors, seqs, events } = entry;
  let line = `{"position":${position},"atMs":${atMs}`;
  if (request !== undefined) {
    const { principal, key, hash } = request;
    line += `,"request":{"principal":${JSON.stringify(principal)},"key":${JSON.stringify(key)},"hash":"${hash}"}`;
  }
  line += `,"granted":[${granted.join(',')}],"moves":[`;
  for (let index = 0; index < moves.length; index += 1) {
    const { from, to, quantity } = moves[index]!;
    const comma = index === 0 ? '' : ',';
    line += `${comma}{"from":"${from}","to":"${to}","quantity":${quantity}}`;
  }
  line += ']';
  if (floors !== undefined) line += `,"floors":${JSON.stringify(floors)}`;
  line += ',"seqs":[';
  for (let index = 0; index < seqs.length; index += 1) {
    const [owner, seq] = seqs[index]!;
    line += `${index === 0 ? '' : ','}["${owner}",${seq}]`;
  }
  return `${line}],"events":${JSON.stringify(events)}}`;
}

export function decodeLine(line: string): Entry {
  const parts = line.split('\t');
  const envelope = JSON.parse(parts[0]!) as Omit<Entry, 'documents'>;
  const documents = parts.slice(1).map((part) => JSON.parse(part) as Document);
  return { ...envelope, documents };
}

/** The envelope, and the documents' text as it is. */
export function splitLine(line: string): { envelope: Omit<Entry, 'documents'>; texts: string[] } {
  const parts = line.split('\t');
  return { envelope: JSON.parse(parts[0]!) as Omit<Entry, 'documents'>, texts: parts.slice(1) };
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
