// The order of the journal: positions without a gap, times that never go back (where several servers
// share it: for an owner or a document), every owner's number one higher each time, and no request
// answered by two entries.

import type { CheckpointState, Entry, OwnerSeq } from '../engines/contract.ts';
import type { Problems } from './problems.ts';

export class ReplayedNumbers {
  position = 0;
  atMs = 0;
  readonly seqs = new Map<string, number>();
  readonly #requests = new Set<string>();
  readonly #problems: Problems;
  /** When owners and documents were last touched, where that is not the order of the journal. */
  readonly #touchedMs: Map<string, number> | undefined;

  constructor(problems: Problems, timesMayCross: boolean) {
    this.#problems = problems;
    if (timesMayCross) this.#touchedMs = new Map();
  }

  load({ position, atMs, seqs }: CheckpointState): void {
    this.position = position;
    this.atMs = atMs;
    for (const [owner, seq] of seqs) this.seqs.set(owner, seq);
  }

  take(entry: Entry): void {
    const { position, atMs, request, seqs } = entry;
    if (position !== this.position + 1) {
      this.#problems.add('I6', `position ${position} follows ${this.position}`);
    }
    const beforeMs = this.#touch(entry);
    if (atMs < beforeMs) this.#problems.add('I6', `time goes back from ${beforeMs} to ${atMs}`);
    this.position = position;
    this.atMs = Math.max(atMs, this.atMs);
    for (const seq of seqs) this.#raise(seq);
    if (request === undefined) return;
    const key = `${request.principal}\0${request.key}`;
    if (this.#requests.has(key)) {
      this.#problems.add('I6', `request ${request.key} of ${request.principal} took effect twice`);
    }
    this.#requests.add(key);
  }

  /** Leaves out an entry that is later than what is looked at. */
  skip({ position }: Entry): void {
    this.position = position;
  }

  /** The latest time before that the entry may not be earlier than. */
  #touch({ atMs, seqs, documents }: Entry): number {
    const touchedMs = this.#touchedMs;
    if (touchedMs === undefined) return this.atMs;
    let latestMs = 0;
    for (const id of [...seqs.map(([owner]) => owner), ...documents.map((each) => each.id)]) {
      latestMs = Math.max(latestMs, touchedMs.get(id) ?? 0);
      touchedMs.set(id, atMs);
    }
    return latestMs;
  }

  #raise([owner, seq]: OwnerSeq): void {
    const before = this.seqs.get(owner) ?? 0;
    if (seq !== before + 1) {
      this.#problems.add('I6', `number of ${owner} goes from ${before} to ${seq}`);
    }
    this.seqs.set(owner, seq);
  }
}
