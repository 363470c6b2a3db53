// Batches of another store's stream made ready to be recorded: each document's text and each entry's, made
// once, and what speaks against an entry by itself. Pure; knows nothing of what is recorded.

import { malformedIn } from '../../kernel/decided-form.ts';
import type { DecisionName, WhyRefused } from '../../kernel/revoking.ts';
import type { Decided } from '../contract.ts';

/** What another store has decided at once, in its order; `number` counts batches from 1 in each epoch. */
export interface DecidedBatch {
  epoch: number;
  number: number;
  decided: readonly Decided[];
}

export interface PreparedEntry {
  name: DecisionName;
  decided: Decided;
  /** Of its documents, in order. */
  documents: string[];
  /** As the journal keeps it. */
  text: string;
  /** Why it cannot be recorded, whatever is there. */
  why: WhyRefused | undefined;
}

export function prepared({ epoch, number, decided }: DecidedBatch): PreparedEntry[] {
  return decided.map((entry, index) => {
    const documents = entry.documents.map((document) => JSON.stringify(document));
    const text = entryText(entry, documents);
    const why: WhyRefused | undefined = isKept(text)
      ? malformedIn(entry)
      : { code: 'malformed', what: 'text' };
    return { name: { epoch, number, index }, decided: entry, documents, text, why };
  });
}

/** Whatever else it came with is left out. The documents' texts are used again: half of it is theirs. */
export function entryText(entry: Decided, documents: readonly string[]): string {
  const { atMs, request, granted, moves, floors, seqs, events } = entry;
  const rest = JSON.stringify({ atMs, request, granted, moves, floors, seqs, events });
  return `${rest.slice(0, -1)},"documents":[${documents.join(',')}]}`;
}

/** U+0000 and lone surrogates, as JSON writes them; behind a backslash that is one itself they are text. */
const UNKEPT = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

function isKept(text: string): boolean {
  if (!text.includes('\\u0000') && !text.includes('\\ud')) return true;
  return !UNKEPT.test(text);
}
