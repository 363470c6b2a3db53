// The order of the journal: positions without a gap, times that never go back, every owner's number
// one higher each time, and no request answered by two entries.

import type { CheckpointState, Entry, OwnerSeq } from '../engines/contract.ts';
import type { Problems } from './problems.ts';

export class ReplayedNumbers {
  position = 0;
  atMs = 0;
  readonly seqs = new Map<string, number>();
  readonly #requests = new Set<string>();
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
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
    if (atMs < this.atMs) this.#problems.add('I6', `time goes back from ${this.atMs} to ${atMs}`);
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

  #raise([owner, seq]: OwnerSeq): void {
    const before = this.seqs.get(owner) ?? 0;
    if (seq !== before + 1) {
      this.#problems.add('I6', `number of ${owner} goes from ${before} to ${seq}`);
    }
    this.seqs.set(owner, seq);
  }
}
