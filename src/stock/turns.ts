// Does the work that documents ask for when they fall due: who has committed the taking of one does it,
// so many at a time. Work that fails is given again when its turn runs out; nothing is lost with a
// process.

import type { Document } from '../engines/contract.ts';
import { crashPoint } from '../engines/crash-point.ts';
import { asksForWork } from '../kernel/turns.ts';

/** At once; most of them wait for an answer from outside. */
const RUNNING_MAX = 64;
/** Taken and waiting for a place: no more, so that each begins well within its turn. */
const WAITING_MAX = 256;

export interface Work {
  /** Works on a document that this process has taken. */
  run: (document: Document) => Promise<void>;
  /** Whether this process can: another one may be able to. Default: yes. */
  takes?: (document: Document) => boolean;
}

export class Turns {
  readonly #work = new Map<string, Work>();
  readonly #waiting: Document[] = [];
  readonly #running = new Set<Promise<void>>();
  #stopped = false;
  /** Told of work that failed. */
  onError: (error: unknown, document: Document) => void = () => {};

  /** Says who works on documents of a kind. */
  on(kind: string, work: Work): void {
    this.#work.set(kind, work);
  }

  /** Whether a due document may fall due here: whether it asks for no work, or for work done here. */
  takes(document: Document): boolean {
    if (!asksForWork(document)) return true;
    const work = this.#work.get(document.kind);
    if (work === undefined || this.#stopped || this.#waiting.length >= WAITING_MAX) return false;
    return work.takes?.(document) ?? true;
  }

  /** Works on those of an entry's documents that were taken with it. */
  give(documents: readonly Document[]): void {
    if (documents.some(asksForWork)) crashPoint('turn-given');
    for (const document of documents) {
      if (document.deadlineMs !== undefined && asksForWork(document)) this.#waiting.push(document);
    }
    this.#next();
  }

  /** Ends what is under way; what waits is given to another process. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.length = 0;
    await this.idle();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #next(): void {
    while (this.#running.size < RUNNING_MAX && this.#waiting.length > 0) {
      const document = this.#waiting.shift()!;
      const work = this.#work.get(document.kind);
      if (work === undefined) continue;
      const running: Promise<void> = Promise.resolve(document)
        .then((taken) => work.run(taken))
        .then(() => crashPoint('turn-done'))
        .catch((error: unknown) => this.onError(error, document))
        .finally(() => {
          this.#running.delete(running);
          this.#next();
        });
      this.#running.add(running);
    }
  }
}
