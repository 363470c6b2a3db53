// A real Redis for tests: one for all tests of a run, in which each test takes a namespace of its own, and
// ones that a test has to itself, to be stopped and killed. No test names a Redis in any other way.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { keysOf, type StoreKeys } from '../../src/engines/redis/keys.ts';
import type { Random } from '../crash/random.ts';
import { missing } from './needs.ts';
import { RedisContainer } from './redis/container-server.ts';
import { findRedis, findRedisProgram } from './redis/find.ts';
import { RedisProgram } from './redis/program-server.ts';
import { ask, REDIS_SETTINGS, type RedisServer, type RedisSettings } from './redis/server.ts';

export type { RedisServer } from './redis/server.ts';

/** The address of a running one; test/run.ts sets it, or whoever has one. */
export const REDIS_VARIABLE = 'HOLDFAST_TEST_REDIS';

/** Why a test that needs Redis is skipped; undefined when it is there, or CI forbids skipping. */
export function redisMissing(): string | undefined {
  return missing('redis');
}

/** The same for a test that starts ones of its own: an address is not enough for that. */
export function ownRedisMissing(): string | undefined {
  if (findRedis() !== undefined || process.env.CI) return undefined;
  return 'needs docker or redis-server 7 or newer: apt-get install redis-server';
}

/** The same for a test that starts a cluster of them. */
export function redisClusterMissing(): string | undefined {
  if (findRedisProgram() !== undefined || process.env.CI) return undefined;
  return 'needs redis-server 7 or newer: apt-get install redis-server';
}

let shared: Promise<RedisServer> | undefined;

/** The one that all tests of a run share; it goes with this process. */
export async function provideRedis(): Promise<string> {
  const named = process.env[REDIS_VARIABLE];
  if (named !== undefined) return named;
  shared ??= startRedis();
  return (await shared).address;
}

/** Lets the processes that this one starts use its Redis. Returns how to end it. */
export async function shareRedis(): Promise<() => Promise<void>> {
  process.env[REDIS_VARIABLE] = await provideRedis();
  return async () => (await shared)?.remove();
}

/** One of the test's own. Call `remove` when done; it goes with this process at the latest. */
export async function startRedis(settings: RedisSettings = {}): Promise<RedisServer> {
  const all = { ...REDIS_SETTINGS, ...settings };
  const source = findRedis();
  if (source === undefined) throw new Error('no Redis 7 or newer: neither docker nor a program');
  return source.kind === 'image'
    ? RedisContainer.start(source.image, all)
    : RedisProgram.start(source.path, all);
}

export interface FreshNamespace {
  /** With `?namespace=`: what an engine is opened with. */
  readonly address: string;
  readonly namespace: string;
  drop(): Promise<void>;
}

/** A namespace that nobody else has, on the shared Redis or on the one that is named. */
export async function freshNamespace(server?: string): Promise<FreshNamespace> {
  const at = server ?? (await provideRedis());
  const namespace = `test_${randomBytes(8).toString('hex')}`;
  const address = new URL(at);
  address.searchParams.set('namespace', namespace);
  const drop = async () => {
    await ask(at, ['DEL', ...keysOf(namespace).all]);
  };
  return { address: address.href, namespace, drop };
}

/** Breaks a connection of a store off at the server, as an operator or a failing machine does. */
export async function breakOffRedis(
  namespace: string,
  random: Random,
  server?: string,
): Promise<void> {
  const address = server ?? (await provideRedis());
  const clients = String(await ask(address, ['CLIENT', 'LIST'])).split('\n');
  const own = clients.filter((line) => line.includes(` name=holdfast:${namespace} `));
  const id = /^id=(\d+)/.exec(own.length > 0 ? random.pick(own) : '')?.[1];
  if (id !== undefined) await ask(address, ['CLIENT', 'KILL', 'ID', id]);
}

const END_LEASE = `local epoch = cmsgpack.unpack(redis.call('GET', KEYS[1]))
  return redis.call('SET', KEYS[1], cmsgpack.pack(epoch, 0))`;

/** Ends the lease of a store at once; whoever may extend it does so soon. */
export async function endLease(address: string, { metadata }: StoreKeys): Promise<void> {
  assert.equal(await ask(address, ['EVAL', END_LEASE, '1', metadata]), 'OK');
}
