// A transaction that is decided later than its batch, and the promise of its answer.

import type { Answered, Outcome, Transaction } from '../contract.ts';

export class Asking {
  readonly transaction: Transaction;
  readonly outcome: Promise<Outcome>;
  resolve!: (outcome: Answered) => void;
  reject!: (error: unknown) => void;

  constructor(transaction: Transaction) {
    this.transaction = transaction;
    this.outcome = new Promise<Outcome>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever asked may have failed otherwise meanwhile. Unheard, it ends the process.
    this.outcome.catch(() => {});
  }
}
