// One connection to the Redis of a store. Never sends a command twice, never keeps one for later, and uses a
// new connection only after it was looked at: whether what answers there is still the same Redis.

import { createClient, RESP_TYPES } from '@redis/client';
import { HoldfastError } from '../../errors.ts';
import { failureOf } from './failures.ts';

export type Reply = Buffer | string | number | null | readonly Reply[];
export type Argument = string | Buffer;

const CONNECT_MAX_MS = 5_000;
/** Something is asked every second: who is silent for so long is gone. */
const SILENT_MAX_MS = 5_000;
const AGAIN_MS = 250;

type Client = ReturnType<typeof newClient>;

/** Looks at a new connection. @throws HoldfastError where it may not be used */
export type Look = (send: Send) => Promise<void>;
export type Send = (...command: Argument[]) => Promise<Reply>;

function newClient(url: string) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: CONNECT_MAX_MS,
      socketTimeout: SILENT_MAX_MS,
      reconnectStrategy: false,
      noDelay: true,
    },
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
}

export class Connection {
  readonly #url: string;
  readonly #look: Look;
  #client: Client | undefined;
  #why: unknown = new HoldfastError('unavailable', 'Redis is away');
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(url: string, look: Look) {
    this.#url = url;
    this.#look = look;
  }

  /** @throws HoldfastError `unavailable`: nobody answers, or the look refuses it */
  static async open(url: string, look: Look): Promise<Connection> {
    const connection = new Connection(url, look);
    connection.#client = await connection.#connected();
    return connection;
  }

  /** @throws HoldfastError `unavailable`: also where it is unknown whether the command was carried out */
  readonly send: Send = async (...command) => {
    const client = this.#client;
    if (client === undefined) throw this.#why;
    return sendOver(client, command);
  };

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#client?.destroy();
    this.#client = undefined;
  }

  async #connected(): Promise<Client> {
    const client = newClient(this.#url);
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client));
    try {
      await client.connect();
      await this.#look((...command) => sendOver(client, command));
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
    this.#later();
  }

  #later(): void {
    if (this.#closed) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#reconnect(), AGAIN_MS);
    this.#again.unref();
  }

  async #reconnect(): Promise<void> {
    try {
      const client = await this.#connected();
      if (this.#closed) client.destroy();
      else this.#client = client;
    } catch (error) {
      this.#why = failureOf(error);
      this.#later();
    }
  }
}

async function sendOver(client: Client, command: readonly Argument[]): Promise<Reply> {
  try {
    return (await client.sendCommand(command)) as Reply;
  } catch (error) {
    throw failureOf(error);
  }
}
