// Which part of the work that all servers share falls to this one: those that have signed lately, in the
// order of their names. Two that see it differently for a moment do some of it twice, in vain.

import { randomUUID } from 'node:crypto';
import { textFingerprint } from '../../kernel/fingerprint.ts';
import { SILENT_MAX_MS } from '../postgres/shares.ts';
import type { Send } from './connection.ts';
import { callFunction } from './scripted.ts';

export class Servers {
  readonly #send: Send;
  readonly #key: string;
  readonly #id = randomUUID();
  #index = 0;
  /** One, until it is known who else is there. */
  #count = 1;

  constructor(send: Send, key: string) {
    this.#send = send;
    this.#key = key;
  }

  isOwn(id: string): boolean {
    return this.#count === 1 || textFingerprint(id) % this.#count === this.#index;
  }

  /** Signs, and looks who else has. */
  async sign(nowMs: number): Promise<void> {
    const values = [String(nowMs), String(nowMs - SILENT_MAX_MS), this.#id];
    const reply = await callFunction(this.#send, 'sign', { keys: [this.#key], values });
    const names = reply as Buffer[];
    const sorted = names.map(String).sort();
    this.#index = sorted.indexOf(this.#id);
    this.#count = sorted.length;
  }

  /** The others need not wait until it is missed. */
  async leave(): Promise<void> {
    await this.#send('ZREM', this.#key, this.#id);
  }
}
