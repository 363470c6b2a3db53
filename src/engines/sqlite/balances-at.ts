// Balances of an owner at a moment of the past: the latest checkpoint before it, and the entries
// from there.

import { nameOf, ownerOf } from '../../kernel/accounts.ts';
import { readCheckpoint } from './checkpoint.ts';
import { envelopeOf, movesOf, seqsOf } from './journal-line.ts';
import type { JournalReader } from './journal-reader.ts';

export class BalancesAt {
  readonly #journal: JournalReader;

  constructor(journal: JournalReader) {
    this.#journal = journal;
  }

  /** Undefined when the owner did not exist then. */
  of(owner: string, atMs: number): Record<string, number> | undefined {
    const balances = new Map<string, number>();
    const add = (name: string, quantity: number) =>
      balances.set(name, (balances.get(name) ?? 0) + quantity);
    let known = false;
    let position = 0;
    const checkpoint = this.#journal.checkpoint(atMs);
    if (checkpoint !== undefined) {
      position = checkpoint.position;
      for (const [kind, id, state] of readCheckpoint(this.#journal, checkpoint)) {
        if (kind === 'document') break;
        if (kind === 'seq') known ||= id === owner;
        else if (ownerOf(id) === owner) add(nameOf(id), state.balance);
      }
    }
    while (true) {
      const batch = this.#journal.batchAfter(position);
      if (batch === undefined) break;
      for (const line of batch.lines.slice(position + 1 - batch.first)) {
        const envelope = envelopeOf(line);
        const [, entryMs] = envelope;
        if (entryMs > atMs) return known ? Object.fromEntries(balances) : undefined;
        known ||= seqsOf(envelope).some(([touched]) => touched === owner);
        for (const { from, to, quantity } of movesOf(envelope)) {
          if (ownerOf(from) === owner) add(nameOf(from), -quantity);
          if (ownerOf(to) === owner) add(nameOf(to), quantity);
        }
      }
      position = batch.last;
    }
    return known ? Object.fromEntries(balances) : undefined;
  }
}
