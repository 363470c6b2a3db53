// The numbers of owners as the transactions of a batch raise them, once each, in the order of their touches.
// Starts from what the script said there was before; decides nothing.

import type { OwnerSeq } from '../contract.ts';
import type { Answer } from './answer.ts';
import type { ReadNames } from './batch-names.ts';

export class RaisedNumbers {
  readonly #owners: ReadNames['owners'];
  /** Of owners that the batch names, by place; of others, where released units went, by name. */
  readonly #seqs: number[];
  readonly #others: Map<string, number>;
  readonly #raisedBy: number[] = [];
  readonly #otherRaisedBy = new Map<string, number>();

  constructor({ seqs, otherSeqs }: Answer, { owners }: Pick<ReadNames, 'owners'>) {
    this.#owners = owners;
    this.#seqs = seqs.slice();
    this.#others = new Map(otherSeqs);
  }

  /** The number of an owner that the batch names. */
  of(owner: string): number {
    return this.#seqs[this.#owners.get(owner)! - 1]!;
  }

  /** Gives an owner its next number, once per transaction, and notes it down. */
  raise(owner: string, transaction: number, seqs: OwnerSeq[]): void {
    const place = this.#owners.get(owner);
    if (place === undefined) {
      this.#raiseOther(owner, transaction, seqs);
      return;
    }
    if (this.#raisedBy[place - 1] === transaction) return;
    this.#raisedBy[place - 1] = transaction;
    this.#seqs[place - 1]! += 1;
    seqs.push([owner, this.#seqs[place - 1]!]);
  }

  #raiseOther(owner: string, transaction: number, seqs: OwnerSeq[]): void {
    if (this.#otherRaisedBy.get(owner) === transaction) return;
    this.#otherRaisedBy.set(owner, transaction);
    const seq = this.#others.get(owner)! + 1;
    this.#others.set(owner, seq);
    seqs.push([owner, seq]);
  }
}
