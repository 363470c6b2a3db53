// Hears that another server has sequenced something. Only a wake-up: what is true stands in the tables,
// and is looked for once a second anyway, also where a pooler of connections lets nobody listen.

import type pg from 'pg';
import type { Connections } from './connections.ts';

const AGAIN_MS = 1_000;

export class Wakes {
  onWake: () => void = () => {};
  readonly #connections: Connections;
  readonly #schema: string;
  #client: pg.Client | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    this.#schema = schema;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    await this.#client?.end().catch(() => {});
  }

  /** Listens from now on, where one can; if it fails, as soon as it can be done. */
  async listen(): Promise<void> {
    if (!this.#connections.canListen) return;
    let client: pg.Client | undefined;
    try {
      client = await this.#connections.alone();
      client.on('error', () => this.#lost(client!));
      client.on('end', () => this.#lost(client!));
      client.on('notification', () => this.onWake());
      await client.query(`LISTEN "${this.#schema}"`);
      if (this.#closed) await client.end();
      else this.#client = client;
    } catch {
      if (client !== undefined) void client.end().catch(() => {});
      this.#later();
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#later();
  }

  #later(): void {
    if (this.#closed) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.listen(), AGAIN_MS);
    this.#again.unref();
  }
}
