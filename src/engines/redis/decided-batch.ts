// Works out what a batch came to, from its transactions and what the script has told of them: the entries
// of those that were accepted, in full, and why the others were not. The same for who asked as for who
// reads the stream. Decides nothing: what the script has decided stands.

import { ownerOf, ownerOfDocument } from '../../kernel/accounts.ts';
import { sameCommand } from '../../kernel/fingerprint.ts';
import { nextVersion, type VersionBefore } from '../../kernel/next-version.ts';
import type {
  Claim,
  CommitRefusal,
  Decided,
  Document,
  DocumentGuard,
  DocumentId,
  DocumentWrite,
  GuardCondition,
  MoveClaim,
  Outcome,
  OwnerSeq,
  RequestIdentity,
  ResolvedMove,
  SeqGuard,
  Transaction,
} from '../contract.ts';
import type { Answer, DocumentBefore, Told } from './answer.ts';
import type { ReadNames } from './batch-names.ts';
import { readDocument } from './document-blob.ts';
import { RaisedNumbers } from './raised-numbers.ts';

const CONDITIONS: readonly GuardCondition[] = [
  'absent',
  'present',
  'version',
  'stateIn',
  'due',
  'notDue',
];
const NO_CLAIMS: readonly (Claim | MoveClaim)[] = [];

/** A repeat whose first answer stands in an entry of the stream. */
export interface FirstElsewhere {
  stream: string;
  request: RequestIdentity;
}

export type Settled = Outcome | FirstElsewhere;

type Named = Pick<ReadNames, 'documents' | 'owners'>;

export class DecidedBatch {
  readonly #answer: Answer;
  readonly #names: Named;
  readonly #numbers: RaisedNumbers;
  readonly #latest = new Map<DocumentId, Document>();
  readonly #settled: Settled[] = [];
  #number = 0;

  private constructor(answer: Answer, names: Named) {
    this.#answer = answer;
    this.#names = names;
    this.#numbers = new RaisedNumbers(answer, names);
  }

  /** What came of each transaction. */
  static of(transactions: readonly Transaction[], answer: Answer, names: Named): Settled[] {
    const decided = new DecidedBatch(answer, names);
    for (const transaction of transactions) decided.#settle(transaction);
    return decided.#settled;
  }

  /** The entries of those that were accepted. */
  static entriesOf(transactions: readonly Transaction[], answer: Answer, names: Named): Decided[] {
    const decided = new DecidedBatch(answer, names);
    const entries: Decided[] = [];
    for (const [index, transaction] of transactions.entries()) {
      const told = answer.told.get(index);
      decided.#number = index + 1;
      if (told === undefined || told.what === 'filled') {
        entries.push(decided.#entry(transaction, told));
      }
    }
    return entries;
  }

  #settle(transaction: Transaction): void {
    const told = this.#answer.told.get(this.#number);
    this.#number += 1;
    if (told === undefined || told.what === 'filled') {
      const entry = this.#entry(transaction, told);
      this.#settled.push({ ok: true, repeated: false, entry });
    } else if (told.what === 'repeated') this.#settled.push(this.#repeat(transaction, told.first));
    else this.#settled.push({ ok: false, refusal: this.#refusal(transaction, told) });
  }

  #repeat({ request }: Transaction, first: number | string): Settled {
    if (typeof first === 'string') return { stream: first, request: request! };
    const earlier = this.#settled[first - 1] as Extract<Outcome, { ok: true }>;
    return repeatOf(earlier.entry, request!);
  }

  #refusal(transaction: Transaction, told: Exclude<Told, { what: 'filled' | 'repeated' }>) {
    if (told.what === 'short') {
      const { what: _, ...short } = told;
      return { code: 'insufficient', ...short } satisfies CommitRefusal;
    }
    if (told.what === 'out-of-range') {
      return { code: 'balance-range', account: told.account } satisfies CommitRefusal;
    }
    const guard = transaction.guards![told.guard]!;
    return 'owner' in guard ? this.#seqRefusal(guard) : this.#guardRefusal(guard, told.condition);
  }

  #seqRefusal({ owner }: SeqGuard): CommitRefusal {
    return { code: 'seq', owner, found: this.#numbers.of(owner) };
  }

  #guardRefusal({ document }: DocumentGuard, condition: number): CommitRefusal {
    const failed = CONDITIONS[condition - 1]!;
    const refusal: CommitRefusal = { code: 'document', document, failed };
    const shown = this.#answer.shown.get(this.#names.documents.get(document)!);
    const found = this.#latest.get(document) ?? (shown && readDocument(document, shown));
    if (found !== undefined && failed !== 'present') refusal.found = found;
    return refusal;
  }

  #entry(transaction: Transaction, told: Extract<Told, { what: 'filled' }> | undefined): Decided {
    const { request, floors, moves = [], writes = [], events } = transaction;
    const seqs: OwnerSeq[] = [];
    const raise = (owner: string) => this.#numbers.raise(owner, this.#number, seqs);
    for (const { account } of floors ?? []) raise(ownerOf(account));
    const granted: number[] = new Array(moves.length);
    const legs: ResolvedMove[][] = new Array(moves.length);
    let partial = 0;
    let released = 0;
    for (let index = 0; index < moves.length; index += 1) {
      const move = moves[index]!;
      const quantity = move.quantityMin === undefined ? move.quantity : told!.partial[partial++]!;
      granted[index] = quantity;
      legs[index] = move.legs.map(({ from, to }) => {
        const target = typeof to === 'string' ? to : told!.released[released++]!;
        if (quantity > 0) {
          raise(ownerOf(from));
          raise(ownerOf(target));
        }
        return { from, to: target, quantity };
      });
    }
    for (const { id } of writes) {
      const owner = ownerOfDocument(id);
      if (owner !== undefined) raise(owner);
    }
    const documents = writes.map((write) => this.#document(write, legs));
    for (const document of documents) this.#latest.set(document.id, document);
    const entry: Decided = {
      atMs: this.#answer.nowMs,
      granted,
      moves: legs.flat().filter(({ quantity }) => quantity > 0),
      documents,
      seqs,
      events,
    };
    if (request !== undefined) entry.request = request;
    if (floors !== undefined) entry.floors = floors;
    return entry;
  }

  #document(write: DocumentWrite, legs: readonly ResolvedMove[][]): Document {
    const base = write.fresh === true ? undefined : this.#baseOf(write.id);
    const claims = (write.claims ?? NO_CLAIMS).map((claim) => claimOf(claim, legs));
    return nextVersion(write, base, claims, this.#answer.nowMs);
  }

  /** The version before, of this batch or from before it; undefined for none. */
  #baseOf(id: DocumentId): VersionBefore | undefined {
    const latest = this.#latest.get(id);
    if (latest !== undefined) return latest;
    const base = this.#answer.bases[this.#names.documents.get(id)! - 1]!;
    return base.version === 0 ? undefined : withoutNone(base);
  }
}

/** The outcome of a request that was accepted before. */
export function repeatOf(entry: Decided, request: RequestIdentity): Outcome {
  return sameCommand(entry.request!.hash, request.hash)
    ? { ok: true, repeated: true, entry }
    : { ok: false, refusal: { code: 'request-reused', first: entry } };
}

function withoutNone({ version, createdAtMs, deadlineMs }: DocumentBefore) {
  return deadlineMs < 0 ? { version, createdAtMs } : { version, createdAtMs, deadlineMs };
}

function claimOf(claim: Claim | MoveClaim, legs: readonly ResolvedMove[][]): Claim {
  if (!('move' in claim)) return claim;
  const { to, quantity } = legs[claim.move]![claim.leg]!;
  return { account: to, undo: claim.undo, quantity };
}
