// A Redis that could lose stock is refused at the start, with what to set; and what it has lost, or whether it
// is still the same one, is noticed: nobody sells on a guess.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { MemoryRecord } from '../../support/memory-record.ts';
import { ask } from '../../support/redis/server.ts';
import { ownRedisMissing, type RedisServer, startRedis } from '../../support/redis.ts';

const open: { close(): Promise<void> }[] = [];
const servers: RedisServer[] = [];

async function started(settings: Record<string, string> = {}): Promise<RedisServer> {
  const server = await startRedis(settings);
  servers.push(server);
  return server;
}

async function opened(address: string, remembering = new MemoryRecord()): Promise<Engine> {
  const engine = await RedisEngine.open(address, { remembering });
  open.push(engine);
  return engine;
}

const refused = (message: RegExp) => ({ name: 'HoldfastError', code: 'unavailable', message });
const noting = [{ events: [{ type: 'noted', subject: 'x' }] }];

/** Why a commit is refused, once it is for that reason. */
async function refusal(engine: Engine, why: RegExp): Promise<void> {
  const message = await once(
    () => engine.commit(noting).then(String, (error: Error) => error.message),
    (said) => why.test(said),
  );
  assert.match(message, why);
}

describe('opening a store in Redis', { skip: ownRedisMissing() ?? false }, () => {
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
    for (const server of servers.splice(0)) await server.remove();
  });

  test('one that evicts keys is refused', async () => {
    const { address } = await started({ 'maxmemory-policy': 'allkeys-lru' });
    await assert.rejects(opened(address), refused(/set maxmemory-policy noeviction/));
  });

  test('one that keeps nothing is refused, unless that is meant', async () => {
    const { address } = await started({ appendonly: 'no' });
    await assert.rejects(opened(address), refused(/set appendonly yes/));
    const engine = await opened(`${address}?volatile=true`);
    assert.equal((await engine.commit(noting)).length, 1);
  });

  test('a replica is refused', async () => {
    const [master, replica] = [await started(), await started()];
    const port = new URL(master.address).port;
    await ask(replica.address, ['REPLICAOF', '127.0.0.1', port]);
    await assert.rejects(opened(replica.address), refused(/name the master/));
  });

  test('one that became a replica decides nothing more', async () => {
    const [master, other] = [await started(), await started()];
    const engine = await opened(master.address);
    await engine.commit(noting);
    await ask(master.address, ['REPLICAOF', '127.0.0.1', new URL(other.address).port]);
    await refusal(engine, /READONLY|replica/);
  });

  test('one that was restarted is another one, for those who are at work and those who come', async () => {
    const server = await started();
    const record = new MemoryRecord();
    const engine = await opened(server.address, record);
    await engine.commit(noting);
    await server.kill();
    await refusal(engine, /Redis is away/);
    await server.restart();
    await refusal(engine, /Redis was restarted.*must be rebuilt/);
    await assert.rejects(opened(server.address, record), refused(/Redis was restarted/));
  });

  test('one that was emptied decides nothing, and is not taken for a new one', async () => {
    const server = await started();
    const record = new MemoryRecord();
    const engine = await opened(server.address, record);
    await engine.commit(noting);
    await engine.entries({ after: 0, limit: 9 });
    await ask(server.address, ['FLUSHALL']);
    await refusal(engine, /Redis has lost this store/);
    await assert.rejects(opened(server.address, record), refused(/Redis has lost this store/));
  });

  test('a record that knows of nothing is not put behind a store that is there', async () => {
    const { address } = await started();
    await opened(address);
    await assert.rejects(opened(address), refused(/this record does not know of the store/));
  });

  test('full memory refuses commits and nothing is half written', async () => {
    const server = await started();
    const engine = await opened(server.address);
    await engine.commit(noting);
    await ask(server.address, ['CONFIG', 'SET', 'maxmemory', '1']);
    const error = await engine.commit(noting).catch((caught: unknown) => caught);
    assert.equal((error as { code?: string }).code, 'disk-full');
    await ask(server.address, ['CONFIG', 'SET', 'maxmemory', '0']);
    await engine.commit(noting);
    assert.equal((await engine.entries({ after: 0, limit: 9 })).length, 2);
  });

  test('nobody answers: said at the start', async () => {
    const server = await started();
    await server.stop();
    await assert.rejects(opened(server.address), refused(/Redis is away/));
  });
});
