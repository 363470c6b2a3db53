// A store in Redis with PostgreSQL behind it, of a test's own: several servers on it, the library over each, and
// what an operator's client would see and change beside them.

import pg from 'pg';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { keysOf, type StoreKeys } from '../../../src/engines/redis/keys.ts';
import type { OpenRedis } from '../../../src/engines/redis/open-store.ts';
import { RecordedInPostgres } from '../../../src/engines/redis/recorded-in-postgres.ts';
import { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { freshSchema } from '../../support/postgres.ts';
import { ask } from '../../support/redis/server.ts';
import { freshNamespace, provideRedis } from '../../support/redis.ts';

const ADD = `local value = { cmsgpack.unpack(redis.call('HGET', KEYS[1], ARGV[1])) }
  for at, each in ipairs(value) do
    if each == ARGV[2] then value[at + tonumber(ARGV[3])] = value[at + tonumber(ARGV[3])] + tonumber(ARGV[4]) end
  end
  redis.call('HSET', KEYS[1], ARGV[1], cmsgpack.pack(unpack(value)))`;

export class RecordedRedis {
  readonly time = new ManualTime();
  readonly keys: StoreKeys;
  readonly address: string;
  /** Of the record. */
  readonly record: string;
  /** The Redis it is on. */
  readonly server: string;
  readonly #open: Stock[] = [];
  readonly #drop: () => Promise<void>;

  private constructor(
    server: string,
    store: { address: string; namespace: string; record: string; drop(): Promise<void> },
  ) {
    this.server = server;
    this.keys = keysOf(store.namespace);
    this.address = store.address;
    this.record = store.record;
    this.#drop = store.drop;
  }

  /** On the shared Redis, or on one of the test's own. */
  static async make(server?: string): Promise<RecordedRedis> {
    const [namespace, schema] = [await freshNamespace(server), await freshSchema()];
    const drop = async () => {
      await namespace.drop();
      await schema.drop();
    };
    const { address } = namespace;
    const store = { address, namespace: namespace.namespace, record: schema.address, drop };
    return new RecordedRedis(server ?? (await provideRedis()), store);
  }

  /** One more server. */
  async open(options: Partial<OpenRedis> = {}): Promise<Stock> {
    const { time } = this;
    const remembering = await RecordedInPostgres.open(this.record, { time });
    const engine = await RedisEngine.open(this.address, { remembering, time, ...options });
    const stock = await Stock.open(engine, { sweep: false });
    this.#open.push(stock);
    return stock;
  }

  /** As an operator asks Redis. */
  ask(...command: string[]): Promise<unknown> {
    return ask(this.server, command);
  }

  /** A statement on the record, with its schema's tables found by their names. */
  async query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { connectionString, schema } = postgresAddress(this.record);
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      await client.query(`SET search_path = "${schema}"`);
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Adds to what Redis alone has of an owner: of an account, by the place of the number behind its name. */
  async addTo(owner: string, account: string, at: number, quantity: number): Promise<void> {
    const values = [owner, account, String(at), String(quantity)];
    await this.ask('EVAL', ADD, '1', this.keys.owners, ...values);
  }

  async count(key: string): Promise<number> {
    return Number(await this.ask('HLEN', key));
  }

  async drop(): Promise<void> {
    for (const stock of this.#open.splice(0)) await stock.close();
    await this.#drop();
  }
}
