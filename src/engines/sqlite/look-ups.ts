// Asks the look-up thread, and starts it when it is first needed.

import { HoldfastError } from '../../errors.ts';
import type { DocumentPage, DocumentQuery } from '../contract.ts';
import { damagedTables } from './row-sums.ts';
import type { Thread } from './thread.ts';
import type { LookUpReply, LookUpRequest } from './worker-messages.ts';

type LookUpThread = Thread<LookUpRequest, LookUpReply>;

type Question = { query: DocumentQuery } | { balancesAt: { owner: string; atMs: number } };

export class LookUps {
  readonly #thread: () => LookUpThread;
  readonly #open = new Map<number, (reply: LookUpReply) => void>();
  #worker: LookUpThread | undefined;
  #nextId = 0;

  constructor(thread: () => LookUpThread) {
    this.#thread = thread;
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    return (await this.#ask({ query })) as DocumentPage;
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    return (await this.#ask({ balancesAt: { owner, atMs } })) as Record<string, number> | undefined;
  }

  async close(): Promise<void> {
    this.#worker?.send({ close: true });
    await this.#worker?.ended;
    this.#failAll('the store is closed');
  }

  #ask(question: Question): Promise<LookUpReply['answer']> {
    this.#worker ??= this.#started();
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#open.set(id, ({ answer, failed, damaged }) => {
        this.#open.delete(id);
        if (failed === undefined) resolve(answer);
        else if (damaged === true) reject(damagedTables(failed));
        else reject(new HoldfastError('unavailable', `look-up failed: ${failed}`));
      });
      this.#worker!.send({ id, ...question } as LookUpRequest);
    });
  }

  #started(): LookUpThread {
    const worker = this.#thread();
    worker.onReply = (reply) => this.#open.get(reply.id)?.(reply);
    worker.onEnd = (why) => {
      this.#worker = undefined;
      this.#failAll(why);
    };
    worker.start();
    worker.unref();
    return worker;
  }

  #failAll(why: string): void {
    for (const [id, done] of this.#open) done({ id, answer: undefined, failed: why });
  }
}
