// How suites open a store over several slots that are engines in memory: the rules of deciding together, without
// a service. The journals of the slots come together in one, as their streams do in a record.

import type { TimeSource } from '../../src/engines/clock.ts';
import type { Document, Engine } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { PART } from '../../src/engines/slots/forms.ts';
import type { Slot } from '../../src/engines/slots/slot.ts';
import { SlotsEngine } from '../../src/engines/slots/slots-engine.ts';
import { filedUnder } from '../../src/kernel/accounts.ts';
import { isDue } from '../../src/kernel/overlay.ts';
import type { MemoryRecord } from './memory-record.ts';
import { memoryRecords } from './redis-slots-kind.ts';

const ALL = 1_000_000;

export class MemorySlot extends MemoryEngine implements Slot {
  readonly #kinds = new Set([PART]);

  constructor(time: TimeSource, record: MemoryRecord) {
    super({ time });
    let number = 0;
    this.follow((entries) => {
      for (const { documents } of entries) for (const { kind } of documents) this.#kinds.add(kind);
      number += 1;
      const decided = entries.map(({ position: _, ...each }) => each);
      void record.recordBatches([{ epoch: 0, number, decided }]);
    });
  }

  async recorded(): Promise<void> {}

  recordedDocuments(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return this.documents(ids);
  }

  async passingOnTo(pool: string): Promise<string[]> {
    const { documents } = await this.find({ kind: 'pool', named: true, limit: ALL });
    const passing = documents.filter(
      ({ releaseTo }) => typeof releaseTo === 'object' && releaseTo.release === pool,
    );
    return passing.map(({ id }) => id.slice('pool:'.length));
  }

  async undecidedOn(account: string, limit: number): Promise<Document[]> {
    return (await this.#on(account)).filter(({ tentative }) => tentative === true).slice(0, limit);
  }

  async dueOn(account: string, dueMs: number, limit: number): Promise<Document[]> {
    const due = (await this.#on(account)).filter((document) => isDue(document, dueMs));
    due.sort((one, other) => one.deadlineMs! - other.deadlineMs! || (one.id < other.id ? -1 : 1));
    return due.slice(0, limit);
  }

  async #on(account: string): Promise<Document[]> {
    const pages = [...this.#kinds].map((kind) => this.find({ kind, limit: ALL }));
    const documents = (await Promise.all(pages)).flatMap((page) => page.documents);
    return documents.filter(
      ({ claims, frees = [] }) =>
        frees.includes(account) ||
        claims.some(({ undo, quantity }) => quantity > 0 && filedUnder(undo) === account),
    );
  }
}

export function memorySlots(slots: number, time: TimeSource): SlotsEngine {
  const records = memoryRecords(slots);
  return new SlotsEngine({
    name: 'memory',
    slots: records.map((record) => new MemorySlot(time, record)),
    past: records[0]!.past,
    close: async () => {},
  });
}

export function memorySlotsKindOf(slots: number) {
  return {
    name: `memory, ${slots} slots`,
    open: async (time: TimeSource): Promise<Engine> => memorySlots(slots, time),
  };
}
