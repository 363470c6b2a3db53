// Asks the look-up thread, and starts it when it is first needed.

import type { Worker } from 'node:worker_threads';
import { HoldfastError } from '../../errors.ts';
import type { DocumentPage, DocumentQuery } from '../contract.ts';
import type { LookUpReply, LookUpRequest } from './worker-messages.ts';

type Question = { query: DocumentQuery } | { balancesAt: { owner: string; atMs: number } };

export class LookUps {
  readonly #start: () => Worker;
  readonly #open = new Map<number, (reply: LookUpReply) => void>();
  #worker: Worker | undefined;
  #nextId = 0;

  constructor(start: () => Worker) {
    this.#start = start;
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    return (await this.#ask({ query })) as DocumentPage;
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    return (await this.#ask({ balancesAt: { owner, atMs } })) as Record<string, number> | undefined;
  }

  close(): void {
    this.#worker?.postMessage({ close: true });
  }

  #ask(question: Question): Promise<LookUpReply['answer']> {
    this.#worker ??= this.#started();
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#open.set(id, ({ answer, failed }) => {
        this.#open.delete(id);
        if (failed === undefined) resolve(answer);
        else reject(new HoldfastError('unavailable', `look-up failed: ${failed}`));
      });
      this.#worker!.postMessage({ id, ...question } as LookUpRequest);
    });
  }

  #started(): Worker {
    const worker = this.#start();
    worker.on('message', (reply: LookUpReply) => this.#open.get(reply.id)?.(reply));
    worker.on('error', (error) => {
      this.#worker = undefined;
      for (const [id, done] of this.#open) done({ id, answer: undefined, failed: String(error) });
    });
    worker.unref();
    return worker;
  }
}
