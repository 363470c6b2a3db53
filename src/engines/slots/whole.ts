// What is answered of a change over several slots: one entry, as if one store had decided it. Home's entry has
// most of it; the decision's document keeps the rest, so that a repeat is answered the same. Pure.

import { ownerOf, ownerOfDocument } from '../../kernel/accounts.ts';
import type {
  Decided,
  Document,
  Floor,
  JsonObject,
  OwnerSeq,
  ResolvedMove,
  Transaction,
} from '../contract.ts';
import type { FixedTransaction } from './fixed.ts';
import { DECISION, type Part } from './forms.ts';
import { isTrace } from './undecided-document.ts';

interface AnswerText {
  granted: number[];
  moves: ResolvedMove[];
  /** Of owners in other slots. */
  seqs: OwnerSeq[];
  floors?: Floor[];
  /** In the order in which they are touched. */
  owners: string[];
  /** Those that it writes, in order. */
  documents: string[];
}

/** `prepared`: the entries of the parts. */
export function answerOf(
  { floors: stated }: Pick<Transaction, 'floors'>,
  { granted, legs, floors, writes }: FixedTransaction,
  parts: readonly { part: Part; prepared: Decided }[],
): JsonObject {
  const answer: AnswerText = {
    granted,
    moves: legs.map(({ from, to, quantity }) => ({ from, to, quantity })),
    seqs: parts.flatMap(({ part, prepared }) => seqsAfter(part, prepared)),
    owners: ownersOf({ floors, legs, writes }),
    documents: writes.map(({ id }) => id),
    ...(stated === undefined ? {} : { floors: stated }),
  };
  return answer as unknown as JsonObject;
}

export function decisionIn({ documents }: Decided): Document | undefined {
  return documents.find(({ kind }) => kind === DECISION);
}

/** `others`: documents of other slots, as they were written or are. */
export function wholeOf(entry: Decided, others: readonly Document[]): Decided {
  const { answer } = decisionIn(entry)!.data as unknown as { answer: AnswerText };
  const seqs = new Map<string, number>([...answer.seqs, ...entry.seqs]);
  const documents = new Map<string, Document>();
  for (const document of [...others, ...entry.documents]) documents.set(document.id, document);
  const whole: Decided = {
    atMs: entry.atMs,
    granted: answer.granted,
    moves: answer.moves,
    documents: answer.documents.flatMap((id) => documents.get(id) ?? []),
    seqs: answer.owners.map((owner) => [owner, seqs.get(owner)!]),
    events: entry.events,
  };
  if (entry.request !== undefined) whole.request = entry.request;
  if (answer.floors !== undefined) whole.floors = answer.floors;
  return whole;
}

export function writtenElsewhere(entry: Decided): string[] {
  const { answer } = decisionIn(entry)!.data as unknown as { answer: AnswerText };
  const own = new Set(entry.documents.map(({ id }) => id));
  return answer.documents.filter((id) => !own.has(id));
}

export function shownOf(documents: readonly (Document | undefined)[]): Document[] {
  return documents.filter((each): each is Document => each !== undefined && !isTrace(each));
}

/** The end of a part touches what it gives to, and the pools that it writes, once more. */
function seqsAfter({ aside, share }: Part, { seqs }: Decided): OwnerSeq[] {
  const again = new Set(aside.given.map(({ to }) => ownerOf(to)));
  for (const { id } of share.writes) {
    const owner = ownerOfDocument(id);
    if (owner !== undefined) again.add(owner);
  }
  return seqs.map(([owner, seq]) => [owner, again.has(owner) ? seq + 1 : seq]);
}

function ownersOf({ floors, legs, writes }: Pick<FixedTransaction, 'floors' | 'legs' | 'writes'>) {
  const owners = new Set<string>();
  for (const { account } of floors) owners.add(ownerOf(account));
  for (const { from, to } of legs) owners.add(ownerOf(from)).add(ownerOf(to));
  for (const { id } of writes) {
    const owner = ownerOfDocument(id);
    if (owner !== undefined) owners.add(owner);
  }
  return [...owners];
}
