// The yardstick in Redis: the seven lines that are written by hand for this, one call for each reservation,
// over the client that the product uses. It keeps a number that is left and a key that ends by itself; it
// knows no repeated request, no limit and no journal, and what ends is not given back.

import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';

type Client = ReturnType<typeof newClient>;

function newClient(url: string) {
  return createClient({ url, RESP: 2 });
}

export const HAND_WRITTEN_SCRIPT = `local left = tonumber(redis.call('GET', KEYS[1]))
local wanted = tonumber(ARGV[1])
if not left or left < wanted then
  return 0
end
redis.call('DECRBY', KEYS[1], wanted)
redis.call('SETEX', KEYS[2], ARGV[2], ARGV[3])
return 1`;

const HELD_SECONDS = '86400';

export interface Wanted {
  pool: string;
  quantity: number;
  buyer: string;
}

export class HandWrittenScript {
  readonly #client: Client;
  readonly #sum: string;
  readonly #beside: string;

  private constructor(client: Client, sum: string, beside: string) {
    this.#client = client;
    this.#sum = sum;
    this.#beside = beside;
  }

  /** `beside` is how all its keys begin. */
  static async open(url: string, beside: string): Promise<HandWrittenScript> {
    const client = newClient(url);
    client.on('error', () => {});
    await client.connect();
    const sum = String(await client.sendCommand(['SCRIPT', 'LOAD', HAND_WRITTEN_SCRIPT]));
    return new HandWrittenScript(client, sum, beside);
  }

  async supply(pools: readonly string[], quantity: number): Promise<void> {
    const text = String(quantity);
    await Promise.all(
      pools.map((pool) => this.#client.sendCommand(['SET', this.#beside + pool, text])),
    );
  }

  /** The id of the reservation, or undefined where too little is left. */
  async reserve({ pool, quantity, buyer }: Wanted): Promise<string | undefined> {
    const id = randomUUID();
    const keys = [this.#beside + pool, `${this.#beside}held:${id}`];
    const values = [String(quantity), HELD_SECONDS, buyer];
    const reply = await this.#client.sendCommand(['EVALSHA', this.#sum, '2', ...keys, ...values]);
    return Number(reply) === 1 ? id : undefined;
  }

  close(): void {
    this.#client.destroy();
  }
}
