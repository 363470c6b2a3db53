// Which server carries the stream to the record: one at a time, by a key that goes when its server does. Two
// that both believe it do no harm, because the record takes each batch once; they only work in vain.

import { randomUUID } from 'node:crypto';
import { SYSTEM_TIME } from '../clock.ts';
import type { Send } from './connection.ts';
import { callFunction } from './scripted.ts';

const HELD_MS = 3_000;
const RENEW_MS = 1_000;

export class Leadership {
  readonly #send: Send;
  readonly #key: string;
  readonly #id = randomUUID();
  #leads = false;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(send: Send, key: string) {
    this.#send = send;
    this.#key = key;
  }

  /** As it was last asked. */
  get isLeading(): boolean {
    return this.#leads;
  }

  /** Whether this server leads; asks once a second. */
  async leads(): Promise<boolean> {
    const nowMs = SYSTEM_TIME.monotonicMs();
    if (nowMs - this.#lookedMs < RENEW_MS) return this.#leads;
    const asked = { keys: [this.#key], values: [this.#id, String(HELD_MS)] };
    try {
      this.#leads = Number(await callFunction(this.#send, 'hold', asked)) === 1;
    } catch (error) {
      // What it fails at, it does not lead in.
      this.#leads = false;
      throw error;
    }
    this.#lookedMs = nowMs;
    return this.#leads;
  }

  /** The others need not wait until it is missed. */
  async leave(): Promise<void> {
    if (this.#leads) await this.#send('DEL', this.#key);
    this.#leads = false;
  }
}
