// What breaks on the way to the database fails whoever needs it, as something that passes, and nobody
// else: no error goes unheard, which would end the process.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { BEGIN, Connections } from '../../../src/engines/postgres/connections.ts';
import { DatabaseTime } from '../../../src/engines/postgres/database-time.ts';
import { LifeSigns } from '../../../src/engines/postgres/life.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { StuckLocks } from '../../../src/engines/postgres/stuck-locks.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';

const PID = { name: '', text: 'SELECT pg_backend_pid() AS pid' };
const END = { name: '', text: 'SELECT pg_terminate_backend($1::int, 5000) AS ended' };
const HERE = { name: '', text: 'SELECT count(*) AS n FROM pg_stat_activity WHERE pid = $1::int' };
const END_NAMED = {
  name: '',
  text: `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE application_name = $1 AND state = 'idle'`,
};
const isUnavailable = (error: unknown) =>
  error instanceof HoldfastError && error.code === 'unavailable';

async function withConnections(run: (at: Connections) => Promise<void>): Promise<void> {
  const { connectionString } = postgresAddress((await freshSchema()).address);
  const connections = await Connections.open(connectionString, 2);
  try {
    await run(connections);
  } finally {
    await connections.close();
  }
}

/** A way to a database on which nothing comes back before the database has hung up, and then all of it at once. */
async function heldBackFrom({ hostname, port }: URL): Promise<{ port: number; close(): void }> {
  const server = createServer((client) => {
    const database = connect(Number(port || 5432), hostname);
    const said: Buffer[] = [];
    client.pipe(database);
    database.on('data', (bytes: Buffer) => said.push(bytes));
    database.on('close', () => client.end(Buffer.concat(said)));
    for (const socket of [client, database]) socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

describe('a connection that breaks', { skip: postgresMissing() ?? false }, () => {
  it('between two statements fails the next one, and the one after has another connection', () =>
    withConnections(async (connections) => {
      const lent = connections.with(async (connection) => {
        await connection.say(BEGIN);
        const [{ pid }] = (await connection.run(PID, [])) as [{ pid: number }];
        await connections.run(END, [pid]);
        // The server is gone; that it hung up is heard a moment later, or by the next statement.
        while (Number((await connections.run(HERE, [pid]))[0]!.n) > 0);
        await connection.run(PID, []);
      });
      await assert.rejects(lent, isUnavailable);
      await connections.run(PID);
    }));

  it('while a statement is under way fails it as something that passes', () =>
    withConnections(async (connections) => {
      const own = { name: '', text: 'SELECT pg_terminate_backend(pg_backend_pid())' };
      await assert.rejects(connections.run(own), isUnavailable);
      await connections.run(PID);
    }));

  it('as soon as it is there fails who asked for it, and ends no process', async () => {
    const { address, drop } = await freshSchema();
    const { connectionString } = postgresAddress(address);
    const database = new URL(connectionString);
    const way = await heldBackFrom(database);
    const through = new URL(connectionString);
    through.hostname = '127.0.0.1';
    through.port = String(way.port);
    through.searchParams.set('application_name', 'ends-at-once');
    const [direct, held] = await Promise.all(
      [connectionString, through.href].map((each) => Connections.open(each, 1)),
    );
    try {
      const asked = held!.alone();
      let ended = false;
      while (!ended) ended = (await direct!.run(END_NAMED, ['ends-at-once'])).length > 0;
      const client = await asked;
      await assert.rejects(client.query('SELECT 1'));
    } finally {
      await Promise.all([direct!.close(), held!.close()]);
      way.close();
      await drop();
    }
  });

  it('is not what an error of our own is taken for', () =>
    withConnections(async (connections) => {
      const fault = new TypeError('not of the database');
      await assert.rejects(
        connections.with(async () => {
          throw fault;
        }),
        fault,
      );
    }));
});

describe('a server of several', { skip: postgresMissing() ?? false }, () => {
  it('enters while another one is giving out positions', async () => {
    const { address, drop } = await freshSchema();
    const engine = await PostgresEngine.open(address);
    const { connectionString, schema } = postgresAddress(address);
    const connections = await Connections.open(connectionString, 2);
    try {
      await connections.with(async (sequencing) => {
        await sequencing.say(BEGIN);
        await sequencing.say(`UPDATE "${schema}".meta SET value = value WHERE key <> 'alive_ms'`);
        const { aliveMs, journalId } = await new LifeSigns(connections, schema).enter(7);
        assert.ok(aliveMs > 7);
        assert.equal(journalId, engine.journalId);
        await sequencing.rollBack();
      });
    } finally {
      await connections.close();
      await engine.close();
      await drop();
    }
  });

  it('has no clock ahead of the database, however slow its answers are', async () => {
    const time = new DatabaseTime();
    let aheadMs = 30;
    const answers = { run: async () => [{ ms: Date.now() + aheadMs }] } as unknown as Connections;
    await time.look(answers);
    assert.ok(time.wallMs() <= Date.now() + 30);
    // As one whose question was long under way: nothing says that the clock was wrong.
    const slow = {
      run: async () => {
        const untilMs = Date.now() + 40;
        while (Date.now() < untilMs) await nextTurn();
        return [{ ms: Date.now() + aheadMs }];
      },
    } as unknown as Connections;
    await time.look(slow);
    assert.ok(time.wallMs() <= Date.now() + 30);
    aheadMs = 500;
    await time.look(answers);
    assert.ok(time.wallMs() >= Date.now() + 450, 'what cannot be is mended');
  });
});

describe('who waits for a lock', () => {
  it('is told that the database is away, also when nobody has listened yet', async () => {
    const connections = await Connections.open('postgres://127.0.0.1:1/none', 1);
    const stuck = new StuckLocks({
      placeOf: () => ({ watching: connections, schema: 'none' }),
      waitMaxMs: 10,
      decide: async () => [],
    });
    const outcome = stuck.waitFor({ table: 'owner', id: 'tea' }, { events: [] });
    while (!stuck.isEmpty) await nextTurn();
    await nextTurn();
    await assert.rejects(outcome, isUnavailable);
    await connections.close();
  });
});
