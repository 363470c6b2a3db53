// Which part of the work that all servers share falls to this one: those that have signed lately, in the
// order of their names. Two that see it differently for a moment do some of it twice, in vain.

import { randomUUID } from 'node:crypto';
import { textFingerprint } from '../../kernel/fingerprint.ts';
import { SILENT_MAX_MS } from '../postgres/shares.ts';
import type { Send } from './connection.ts';

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
    await this.#send('ZADD', this.#key, String(nowMs), this.#id);
    const silentMs = String(nowMs - SILENT_MAX_MS);
    await this.#send('ZREMRANGEBYSCORE', this.#key, '-inf', `(${silentMs}`);
    const names = (await this.#send('ZRANGE', this.#key, '0', '-1')) as Buffer[];
    const sorted = names.map(String).sort();
    this.#index = sorted.indexOf(this.#id);
    this.#count = sorted.length;
  }

  /** The others need not wait until it is missed. */
  async leave(): Promise<void> {
    await this.#send('ZREM', this.#key, this.#id);
  }
}
