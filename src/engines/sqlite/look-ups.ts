// Asks the look-up thread, and starts it when it is first needed. Holds back what the thread cannot
// begin yet, and refuses what has waited so long that its asker has probably gone.

import { HoldfastError } from '../../errors.ts';
import type { DocumentPage, DocumentQuery } from '../contract.ts';
import { damagedTables } from './row-sums.ts';
import type { Thread } from './thread.ts';
import type { LookUpReply, LookUpRequest } from './worker-messages.ts';

type LookUpThread = Thread<LookUpRequest, LookUpReply>;

type Question = { query: DocumentQuery } | { balancesAt: { owner: string; atMs: number } };

interface Asked {
  id: number;
  question: Question;
  askedMs: number;
  resolve: (answer: LookUpReply['answer']) => void;
  reject: (error: HoldfastError) => void;
}

/** What the thread has at once: the next one is there when it is done with the first. */
const IN_HAND_MAX = 2;
/**
 * Questions that wait longer are refused. Callers give up after some seconds and ask again: without
 * it a thread that was late once worked for those who had left, and stayed a minute behind for good.
 */
const WAIT_MAX_MS = 2_000;

export class LookUps {
  readonly #thread: () => LookUpThread;
  readonly #nowMs: () => number;
  readonly #inHand = new Map<number, Asked>();
  readonly #waiting: Asked[] = [];
  #worker: LookUpThread | undefined;
  #nextId = 0;

  constructor(thread: () => LookUpThread, nowMs: () => number = () => performance.now()) {
    this.#thread = thread;
    this.#nowMs = nowMs;
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
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, question, askedMs: this.#nowMs(), resolve, reject });
      this.#sendNext();
    });
  }

  /** Hands on as many as the thread may have, but for those that have waited too long. */
  #sendNext(): void {
    while (this.#inHand.size < IN_HAND_MAX && this.#waiting.length > 0) {
      const asked = this.#waiting.shift()!;
      if (this.#nowMs() - asked.askedMs > WAIT_MAX_MS) {
        asked.reject(new HoldfastError('overloaded'));
        continue;
      }
      this.#inHand.set(asked.id, asked);
      this.#worker ??= this.#started();
      this.#worker.send({ id: asked.id, ...asked.question } as LookUpRequest);
    }
  }

  #take({ id, answer, failed, damaged }: LookUpReply): void {
    const asked = this.#inHand.get(id);
    if (asked === undefined) return;
    this.#inHand.delete(id);
    if (failed === undefined) asked.resolve(answer);
    else if (damaged === true) asked.reject(damagedTables(failed));
    else asked.reject(failureOf(failed));
    this.#sendNext();
  }

  #started(): LookUpThread {
    const worker = this.#thread();
    worker.onReply = (reply) => this.#take(reply);
    worker.onEnd = (why) => {
      this.#worker = undefined;
      this.#failAll(why);
    };
    worker.start();
    worker.unref();
    return worker;
  }

  #failAll(why: string): void {
    const all = [...this.#inHand.values(), ...this.#waiting];
    this.#inHand.clear();
    this.#waiting.length = 0;
    for (const { reject } of all) reject(failureOf(why));
  }
}

function failureOf(why: string): HoldfastError {
  return new HoldfastError('unavailable', `look-up failed: ${why}`);
}
