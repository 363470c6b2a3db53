// A thread that ends without being asked, at the very moment when something was sent to it: whoever
// waits is told, the store can be closed, and its files are as they were.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { HoldfastError } from '../../../src/errors.ts';
import { newPath, openStore, receiving, tablesCaughtUp } from './store-files.ts';
import { endThreadAt, lookAtMessages } from './thread-messages.ts';

const unavailable = (error: unknown) =>
  error instanceof HoldfastError && error.code === 'unavailable';

describe('a thread that ends by itself', () => {
  it("the journal's: commits, reads and later ones fail, close does not hang", async () => {
    const path = newPath();
    const engine = await openStore(path);
    await engine.commit([receiving(5)]);
    endThreadAt('append');
    const lost = engine.commit([receiving(1)]);
    const next = engine.commit([receiving(1)]);
    const read = engine.owners(['tea']);
    await assert.rejects(lost, /journal-writer failed/);
    await assert.rejects(next, unavailable);
    await assert.rejects(read, unavailable);
    await assert.rejects(engine.commit([receiving(1)]), unavailable);
    assert.equal(engine.health().ok, false);
    await engine.close();

    const again = await openStore(path);
    assert.equal((await again.owners(['tea']))[0]?.accounts.available?.balance, 5);
    await again.close();
  });

  it("the tables': it is started again, and nobody notices", async () => {
    const engine = await openStore(newPath());
    const warned = once(process, 'warning');
    endThreadAt('durable');
    await engine.commit([receiving(5)]);
    const [warning] = await warned;
    assert.match(String(warning), /started again.*tables-worker/);
    await tablesCaughtUp(engine);
    await engine.commit([receiving(1)]);
    await tablesCaughtUp(engine);
    assert.ok(engine.health().ok);
    await engine.close();
  });

  it("the look-ups': the question fails, the next one is answered", async () => {
    const engine = await openStore(newPath());
    endThreadAt('query');
    const query = { kind: 'reservation', limit: 9 };
    await assert.rejects(engine.find(query), unavailable);
    assert.deepEqual((await engine.find(query)).documents, []);
    await engine.close();
  });
});

describe('a closed store', () => {
  it('starts no other thread for tables that fail while it closes', async () => {
    const engine = await openStore(newPath());
    await engine.commit([receiving(1)]);
    let tables: Worker | undefined;
    const after: object[] = [];
    const stop = lookAtMessages((message, thread) => {
      if (tables !== undefined && 'durable' in message) after.push(message);
      if ('close' in message && tables === undefined) {
        // The tables' thread is told first.
        tables = thread;
        thread.emit('message', { failed: 'planted failure' });
      }
      return true;
    });
    await engine.close();
    stop();
    assert.ok(tables);
    assert.deepEqual(after, []);
  });

  it('was closed once, however often it is told', async () => {
    const engine = await openStore(newPath());
    await Promise.all([engine.close(), engine.close()]);
    await engine.close();
  });

  it('answers no read and takes no commit', async () => {
    const engine = await openStore(newPath());
    await engine.commit([receiving(1)]);
    const closing = engine.close();
    const asked = (): Promise<unknown>[] => [
      engine.documents(['r']),
      engine.owners(['tea']),
      engine.pools({ limit: 9 }),
      engine.find({ kind: 'limit', limit: 9 }),
      engine.find({ kind: 'reservation', limit: 9 }),
      engine.due(9),
      engine.entries({ after: 0, limit: 9 }),
      engine.balancesAt('tea', 0),
      engine.commit([receiving(1)]),
    ];
    for (const question of asked()) await assert.rejects(question, unavailable);
    await closing;
    for (const question of asked()) await assert.rejects(question, unavailable);
  });
});
