// One connection to the Redis of a store, which in a cluster may be another one next time. Never sends a command
// twice, never keeps one for later, and uses a new connection only after it was looked at: whether what answers there
// is still the same Redis.

import { HoldfastError } from '../../errors.ts';
import { type Argument, type Client, newClient, type Reply, sendOver } from './client.ts';
import { failureOf, isAnswerOfOther, StoreLost } from './failures.ts';

export type { Argument, Reply } from './client.ts';

const AGAIN_MS = 250;

/** Looks at a new connection. @throws HoldfastError where it may not be used */
export type Look = (send: Send) => Promise<void>;
export type Send = (...command: Argument[]) => Promise<Reply>;

export interface ConnectionOptions {
  url: string;
  /** As operators see it among Redis's clients. */
  name: string;
  /** Where it is at present, asked before each connection; else the address above. */
  locate?: () => Promise<string>;
  /** What answers is not the store that was opened. May be told more than once. */
  onLost?: (error: StoreLost) => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #look: Look;
  #client: Client | undefined;
  #why: unknown = new HoldfastError('unavailable', 'Redis is away');
  /** The first try after one broke. */
  #reconnecting: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(options: ConnectionOptions, look: Look) {
    this.#options = options;
    this.#look = look;
  }

  /** @throws HoldfastError `unavailable`: nobody answers, or the look refuses it */
  static async open(options: ConnectionOptions, look: Look): Promise<Connection> {
    const connection = new Connection(options, look);
    connection.#client = await connection.#connected();
    return connection;
  }

  /**
   * A command that comes while a connection that broke is being made again waits for that, once.
   *
   * @throws HoldfastError `unavailable`: also where it is unknown whether the command was carried out
   */
  readonly send: Send = async (...command) => {
    if (this.#client === undefined) await this.#reconnecting;
    const client = this.#client;
    if (client === undefined) throw this.#why;
    try {
      return await sendOver(client, command);
    } catch (error) {
      if (isAnswerOfOther(error)) this.#lost(client, failureOf(error));
      throw this.#told(failureOf(error));
    }
  };

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#client?.destroy();
    this.#client = undefined;
  }

  async #connected(): Promise<Client> {
    const { url, name, locate } = this.#options;
    const client = newClient({ url: locate === undefined ? url : await locate(), name });
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client));
    try {
      await client.connect();
      await this.#look(async (...command) => {
        return sendOver(client, command).catch((error: unknown) => {
          throw failureOf(error);
        });
      });
      // It may have gone while nobody counted on it yet.
      if (!client.isReady) throw new HoldfastError('unavailable', 'Redis is away');
    } catch (error) {
      if (client.isOpen) client.destroy();
      throw failureOf(error);
    }
    return client;
  }

  #lost(client: Client, error?: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    if (error !== undefined) this.#why = failureOf(error);
    if (client.isOpen) client.destroy();
    if (!this.#closed) this.#reconnecting = this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    try {
      const client = await this.#connected();
      if (this.#closed) client.destroy();
      else this.#client = client;
    } catch (error) {
      this.#why = this.#told(failureOf(error));
      this.#later();
    }
  }

  #told(failure: unknown): unknown {
    if (failure instanceof StoreLost && !this.#closed) this.#options.onLost?.(failure);
    return failure;
  }

  /** Nobody waits for these. */
  #later(): void {
    this.#reconnecting = undefined;
    if (this.#closed) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#reconnect(), AGAIN_MS);
    this.#again.unref();
  }
}
