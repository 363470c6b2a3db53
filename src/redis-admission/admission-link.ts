// The connection to the Redis that servers share their admission in. It may be away when a server starts, and at any
// time later: whoever asks is told at once, and goes on alone.

import { Connection, type Send } from '../engines/redis/connection.ts';
import { HoldfastError } from '../errors.ts';
import type { AdmissionAddress } from './address.ts';

const AGAIN_MS = 500;

export class AdmissionLink {
  readonly #address: AdmissionAddress;
  #connection: Connection | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #kept = new Map<string, string>();
  /** Resolves once the first try has ended, whatever came of it. */
  readonly tried: Promise<void>;

  constructor(address: AdmissionAddress) {
    this.#address = address;
    this.tried = this.#connect();
  }

  /** @throws HoldfastError `unavailable` */
  readonly send: Send = async (...command) => {
    if (this.#connection === undefined) throw new HoldfastError('unavailable', 'Redis is away');
    return this.#connection.send(...command);
  };

  /** Is put back where a Redis comes back without it, before another server puts another one. */
  keep(key: string, value: string): void {
    this.#kept.set(key, value);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#connection?.close();
  }

  /** Any Redis will do: what is lost here was only to be waited for, but for what is to be kept. */
  async #look(send: Send): Promise<void> {
    await send('PING');
    for (const [key, value] of this.#kept) await send('SET', key, value, 'NX');
  }

  async #connect(): Promise<void> {
    const { url, name } = this.#address;
    try {
      const asked = { url, name: `holdfast-admission:${name}` };
      const connection = await Connection.open(asked, (send) => this.#look(send));
      if (this.#closed) connection.close();
      else this.#connection = connection;
    } catch {
      if (this.#closed) return;
      this.#again = setTimeout(() => void this.#connect(), AGAIN_MS);
      this.#again.unref();
    }
  }
}
