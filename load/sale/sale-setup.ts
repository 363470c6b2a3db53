// What a sale under load runs on: one server with its files, or several with Redis, PostgreSQL and Kafka behind them.
// Starts all of it and ends what it started; sends no load and judges nothing.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProductServer, startProduct } from '../../src/bench/http/product-server.ts';
import { freshTopic, provideKafka } from '../../test/support/kafka.ts';
import { freshSchema } from '../../test/support/postgres.ts';
import { freshNamespace, provideRedis } from '../../test/support/redis.ts';
import { HOLDFAST, verifyEngine } from '../served-store.ts';

export type SetupName = 'embedded' | 'stack';
export const SETUPS: readonly SetupName[] = ['embedded', 'stack'];

export interface SetupOptions {
  /** Further words for `holdfast serve`. */
  more?: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Several servers share rates and waiting rooms. */
  sharesAdmission?: boolean;
}

export interface SaleSetup {
  /** Of the servers that run now. */
  readonly urls: readonly string[];
  /** Ends the servers and starts them again on the same store. */
  restart(): Promise<void>;
  /** Ends the servers, so that the store can be read. */
  stop(): Promise<void>;
  /** What `holdfast verify` says of it then. */
  verify(): Promise<{ ok: boolean; said: string }>;
  remove(): Promise<void>;
}

/** How long a released unit may lie idle while a buyer is refused: invariant I7. */
export const IDLE_MS_MAX: Record<SetupName, number> = { embedded: 0, stack: 1_000 };

export async function startSetup(
  name: SetupName,
  servers: number,
  options: SetupOptions = {},
): Promise<SaleSetup> {
  if (name === 'embedded' && servers !== 1) {
    throw new RangeError('embedded: one server owns the files');
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-sale-'));
  const started: ProductServer[] = [];
  const store =
    name === 'embedded' ? { named: [], more: [], drop: async () => {} } : await stackStore();
  const shared = name === 'stack' && options.sharesAdmission === true ? await admission() : [];
  const [named, record] = store.named;
  const start = async () => {
    const at = named === undefined ? {} : { engine: named, record: record! };
    const more = [...store.more, ...shared, ...(options.more ?? [])];
    for (let index = 0; index < servers; index += 1) {
      const { env = {} } = options;
      started.push(await startProduct({ program: HOLDFAST, directory: folder, more, env, ...at }));
    }
  };
  const stop = async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
  };
  const remove = async () => {
    await stop();
    await store.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  const engine = named ?? `sqlite:${started[0]!.path}`;
  const verify = () =>
    verifyEngine(['--engine', engine, ...(record === undefined ? [] : ['--record', record])]);
  return {
    get urls() {
      return started.map(({ url }) => url);
    },
    restart: async () => {
      await stop();
      await start();
    },
    ...{ stop, verify, remove },
  };
}

/** Under a name that no other run has; what stands there ends by itself. */
async function admission(): Promise<string[]> {
  const address = new URL(await provideRedis());
  address.searchParams.set('name', `attack-${randomUUID()}`);
  return ['--admission', address.href];
}

interface Store {
  /** Its engine and its record; nothing for the files. */
  named: readonly string[];
  more: readonly string[];
  drop: () => Promise<void>;
}

/** All servers have one bucket for a sale. */
function admissionAt({ address, namespace }: { address: string; namespace: string }): string {
  const { protocol, host, username, password } = new URL(address);
  const login = password === '' ? '' : `${username}:${password}@`;
  return `${protocol}//${login}${host}?name=${namespace}`;
}

/** Those that the environment names, or ones that end with this process. */
async function stackStore(): Promise<Store> {
  const [redis, postgres, kafka] = await Promise.all([
    freshNamespace(),
    freshSchema(),
    provideKafka(),
  ]);
  const topic = await freshTopic(kafka);
  return {
    named: [redis.address, postgres.address],
    more: ['--events', `kafka://${kafka}/${topic}`, '--admission', admissionAt(redis)],
    drop: async () => {
      await redis.drop();
      await postgres.drop();
    },
  };
}
