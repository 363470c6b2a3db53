// How an entry stands in the journal: its envelope as JSON, then each of its documents as JSON, with
// tabs between and a newline behind. JSON escapes both inside text, so that a reader can cut out a
// document without reading it.

import type { Document, Entry } from '../contract.ts';

/** One line, without its newline. */
export function encodeLine(entry: Entry): string {
  const { documents, ...envelope } = entry;
  let line = JSON.stringify(envelope);
  for (let index = 0; index < documents.length; index += 1) {
    line += `\t${JSON.stringify(documents[index])}`;
  }
  return line;
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

export function joinLines(lines: readonly string[]): string {
  return lines.join('\n');
}

export function linesOf(body: Uint8Array): string[] {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8').split('\n');
}
