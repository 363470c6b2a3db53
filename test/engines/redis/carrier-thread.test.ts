// A store whose stream is carried in a thread of its own: what is decided gets into the record, also after a
// database that was away, and an end does not wait for what is under way.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { once } from '../../../src/engines/conformance/once.ts';
import { openEngine } from '../../../src/engines/open.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { RecordedInPostgres } from '../../../src/engines/redis/recorded-in-postgres.ts';
import {
  freshSchema,
  ownPostgresMissing,
  type PostgresServer,
  startPostgres,
} from '../../support/postgres.ts';
import { freshNamespace, redisMissing } from '../../support/redis.ts';

const noting = [{ events: [{ type: 'noted', subject: 'x' }] }];
const missing = redisMissing() ?? ownPostgresMissing();

describe('a stream that is carried in a thread', { skip: missing ?? false }, () => {
  let server: PostgresServer;

  before(async () => {
    server = await startPostgres();
  });
  after(() => server.remove());

  async function opened() {
    const [namespace, schema] = [await freshNamespace(), await freshSchema(server.address)];
    const open = () => openEngine(namespace.address, { record: schema.address });
    return { engine: await open(), again: open, schema: schema.address, drop: namespace.drop };
  }

  test('what is decided is recorded, and goes on to be after the database was away', async () => {
    const { engine, drop } = await opened();
    await engine.commit(noting);
    assert.equal((await engine.entries({ after: 0, limit: 10 })).length, 1);
    await server.stop('immediate');
    await engine.commit(noting);
    await once(
      async () => engine.health().detail ?? '',
      (detail) => detail.startsWith('nothing is recorded at present'),
    );
    await server.restart();
    const found = await once(
      () => engine.entries({ after: 0, limit: 10 }).catch(() => []),
      ({ length }) => length === 2,
    );
    assert.equal(found.length, 2);
    await engine.close();
    await drop();
  });

  test('it ends while a step is held up, and the next one records it', async () => {
    const { engine, again, schema, drop } = await opened();
    await engine.commit(noting);
    await engine.entries({ after: 0, limit: 10 });
    const lock = await lockedRecord(schema);
    await engine.commit(noting);
    await once(
      () => lock.query('SELECT 1 FROM pg_locks WHERE NOT granted'),
      ({ rowCount }) => rowCount! > 0,
    );
    const closing = engine.close();
    await lock.end();
    await closing;
    const next = await again();
    const found = await once(
      () => next.entries({ after: 0, limit: 10 }),
      ({ length }) => length === 2,
    );
    assert.equal(found.length, 2);
    await next.close();
    await drop();
  });

  test('nobody is told of a record that is not there', async () => {
    const { engine, schema, drop } = await opened();
    const [asked] = [{ request: { principal: 'p', key: 'k', hash: '1.1' }, ...noting[0]! }];
    await engine.commit([asked]);
    await engine.recorded!();
    const recorded = await RecordedInPostgres.open(schema);
    assert.notEqual((await recorded.firstAnswers([asked.request]))[0], undefined);
    await recorded.close();
    await engine.close();
    await drop();
  });
});

/** Nothing can be recorded for as long as this connection is there. */
async function lockedRecord(address: string): Promise<Client> {
  const { connectionString, schema } = postgresAddress(address);
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('BEGIN');
  await client.query(`LOCK TABLE "${schema}".record IN ACCESS EXCLUSIVE MODE`);
  return client;
}
