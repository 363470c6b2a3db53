// Writes entries as they stand in the journal (journal-line.ts).

import type { ByteWriter } from '../byte-writer.ts';
import type { Entry, Floor, OwnerSeq, ResolvedMove } from '../contract.ts';
import { writeDocument } from '../document-text.ts';
import { numberOf, writeAccountAfter } from '../short-names.ts';

// Constants that another file imports cost writing an eighth more.
const NEWLINE = 10;
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
    writeAccountAfter(out, from, to);
    out.comma();
    out.number(quantity);
  }
  out.text('],[');
  writeSeqs(out, seqs, moves);
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
    writeFloors(out, floors, moves);
  }
  out.close();
}

function writeSeqs(
  out: ByteWriter,
  seqs: readonly OwnerSeq[],
  moves: readonly ResolvedMove[],
): void {
  const account = (index: number) => moves[index]!.from;
  let start = 0;
  for (let index = 0; index < seqs.length; index += 1) {
    const [owner, seq] = seqs[index]!;
    if (index > 0) out.comma();
    const move = numberOf(owner, moves.length, { start, account });
    if (move < 0) out.name(owner);
    else {
      out.number(move);
      start = move + 1;
    }
    out.comma();
    out.number(seq);
  }
}

function writeFloors(
  out: ByteWriter,
  floors: readonly Floor[],
  moves: readonly ResolvedMove[],
): void {
  out.open();
  for (let index = 0; index < floors.length; index += 1) {
    const { account, floor } = floors[index]!;
    out.text(index === 0 ? '{"account":' : ',{"account":');
    const move = moves.findIndex(({ from }) => from === account);
    if (move < 0) out.name(account);
    else out.number(move);
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
