// Redis decides as long as somebody records what it does, and a commit may wait until it is recorded.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { RecordedInPostgres } from '../../../src/engines/redis/recorded-in-postgres.ts';
import { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import type { RecordState } from '../../../src/engines/redis/remembering.ts';
import {
  freshSchema,
  ownPostgresMissing,
  type PostgresServer,
  startPostgres,
} from '../../support/postgres.ts';
import { endLease, freshNamespace, redisMissing } from '../../support/redis.ts';

/** No machine stands still for as long. */
const SURE_MS = 30_000;
/** Waited for. */
const SHORT_MS = 1_500;
/** While nothing can be recorded. */
const DECIDED = 100;
const noting = [{ events: [{ type: 'noted', subject: 'x' }] }];
const missing = redisMissing() ?? ownPostgresMissing();

describe('the lease of a store in Redis', { skip: missing ?? false }, () => {
  let server: PostgresServer;

  before(async () => {
    server = await startPostgres();
  });
  after(() => server.remove());

  async function opened(ack: 'decided' | 'recorded', leaseMs: number) {
    const [namespace, schema] = [await freshNamespace(), await freshSchema(server.address)];
    const another = async (asked = leaseMs) => {
      const remembering = await RecordedInPostgres.open(schema.address);
      return RedisEngine.open(namespace.address, { remembering, ack, leaseMs: asked });
    };
    return { engine: await another(), another, namespace, record: schema.address };
  }

  test('it goes on while the record is there, ends without it, and comes back with it', async () => {
    const { engine, namespace } = await opened('decided', SURE_MS);
    await engine.commit(noting);
    await engine.entries({ after: 0, limit: 1 });
    await server.stop('immediate');
    for (let accepted = 0; accepted < DECIDED; accepted += 1) await engine.commit(noting);
    await endLease(namespace.address, engine.keys);
    await assert.rejects(async () => engine.commit(noting), /may not decide at present/);
    await server.restart();
    const again = await once(
      () => engine.commit(noting).catch((error: Error) => error.message),
      (outcome) => typeof outcome !== 'string',
    );
    assert.equal(typeof again, 'object', String(again));
    const journal = await once(
      () => engine.entries({ after: 0, limit: 100_000 }).catch(() => []),
      ({ length }) => length >= DECIDED + 2,
    );
    assert.equal(journal.filter(({ events }) => events[0]?.type === 'noted').length, DECIDED + 2);
    await engine.close();
    await namespace.drop();
  });

  test('nobody decides for longer than it lasts', async () => {
    const { engine, namespace } = await opened('decided', SHORT_MS);
    await engine.commit(noting);
    await server.stop('immediate');
    const startMs = performance.now();
    let lastAskedMs = startMs;
    const refused = await once(
      async () => {
        const askedMs = performance.now();
        const outcome = await engine.commit(noting).catch((error: Error) => error.message);
        if (typeof outcome !== 'string') lastAskedMs = askedMs;
        return outcome;
      },
      (outcome) => typeof outcome === 'string',
    );
    assert.match(String(refused), /may not decide at present/);
    assert.ok(lastAskedMs - startMs <= SHORT_MS + 1_000, 'it decided for longer');
    await server.restart();
    await engine.close();
    await namespace.drop();
  });

  test('a store that was closed for longer than its lease opens again', async () => {
    const { engine, another, record, namespace } = await opened('decided', SHORT_MS);
    await engine.commit(noting);
    await engine.entries({ after: 0, limit: 1 });
    await engine.close();
    const watching = await RecordedInPostgres.open(record);
    const isOver = ({ leaseUntilMs, nowMs }: RecordState) => nowMs > leaseUntilMs;
    assert.ok(isOver(await once(() => watching.look(), isOver)));
    await watching.close();
    const again = await another(SURE_MS);
    const [answered] = await Promise.all(await again.commit(noting));
    assert.equal(answered?.ok, true);
    await again.close();
    await namespace.drop();
  });

  test('acknowledged once recorded: what is answered is in the record', async () => {
    const { engine, another, record, namespace } = await opened('recorded', SURE_MS);
    const other = await another();
    for (const each of [engine, other]) {
      const request = { principal: 'p', key: each === engine ? 'a' : 'b', hash: '1.1' };
      await each.commit([{ ...noting[0]!, request }]);
      // Without a wait of their own.
      const recorded = await RecordedInPostgres.open(record);
      assert.notEqual((await recorded.firstAnswers([request]))[0], undefined);
      await recorded.close();
    }
    await other.close();
    await engine.close();
    await namespace.drop();
  });
});
