// A restore turns the journal back: positions mean something else from then on. Readers notice by the
// journal's id, in the ids of events and in pages of the journal.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { HoldfastClient, type LiveEvent } from '../../src/client/index.ts';
import { openEngine } from '../../src/engines/open.ts';
import { writeBackup } from '../../src/engines/sqlite/backup.ts';
import { restoreBackup } from '../../src/engines/sqlite/restore.ts';
import { lastingPort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { EventReader } from './event-reader.ts';
import { ServedShop } from './served-shop.ts';

test('after a restore readers of events begin with a snapshot, and pages say why', async (t) => {
  const folder = temporaryFolder('restored');
  const path = join(folder, 'shop.db');
  // The client goes on knocking while nobody is there.
  const port = await lastingPort();
  const openShop = () => ServedShop.open({ port }, () => openEngine(`sqlite:${path}`));
  let shop = await openShop();
  t.after(() => shop.close());
  await shop.fill('tea', 100);
  await writeBackup({ from: path, to: join(folder, 'b') });
  const before = (await shop.get('/v1/journal')).body;
  const client = new HoldfastClient({ url: shop.url, random: () => 0 });
  const over = new AbortController();
  t.after(() => over.abort());
  const events = client.events({ signal: over.signal });
  await events.next();
  await shop.hold('tea', 1);
  const { value: first } = (await events.next()) as { value: LiveEvent };
  assert.deepEqual([first.type, first.journal], ['update', before.journal]);
  const id = `${first.position}@${String(before.journal).slice(0, 8)}`;
  const same = await EventReader.open(`${shop.url}/v1/events`, { 'last-event-id': id });
  await shop.hold('tea', 1);
  assert.equal((await same.take(1))[0]!.event, undefined, 'it goes on where it was');
  same.cut();

  await shop.close();
  await restoreBackup({ from: join(folder, 'b'), to: path, replace: true });
  shop = await openShop();
  const after = (await shop.get('/v1/journal')).body;
  assert.notEqual(after.journal, before.journal);
  for (let count = 0; count < 5; count += 1) await shop.hold('tea', 1);
  assert.ok(shop.stock.engine.health().position > first.position, 'the place exists again');

  let next = first;
  while (next.journal === before.journal) next = (await events.next()).value as LiveEvent;
  assert.deepEqual([next.type, next.journal], ['snapshot', after.journal]);
  await events.return();
  for (const known of [id, '1@00000000']) {
    const reader = await EventReader.open(`${shop.url}/v1/events`, { 'last-event-id': known });
    assert.equal((await reader.take(1))[0]!.event, 'snapshot');
    reader.cut();
  }
});

test('the client begins anew where an update is of another journal than it knew', async () => {
  const asked: [query: string, lastId: string | null][] = [];
  const told = (journal: string, position: number) =>
    `id: ${position}\ndata: ${JSON.stringify({ journal, position, pools: [] })}\n\n`;
  const streams = [told('one', 7), told('two', 9), `event: snapshot\n${told('two', 9)}`];
  const client = new HoldfastClient({
    url: 'http://127.0.0.1:1',
    random: () => 0,
    fetch: async (url, init) => {
      asked.push([new URL(String(url)).search, new Headers(init?.headers).get('last-event-id')]);
      return new Response(streams[asked.length - 1]);
    },
  });
  const seen: [string, string | undefined][] = [];
  for await (const { type, journal } of client.events({ after: 5 })) {
    seen.push([type, journal]);
    if (type === 'snapshot') break;
  }
  assert.deepEqual(seen, [
    ['update', 'one'],
    ['snapshot', 'two'],
  ]);
  assert.deepEqual(asked, [
    ['?after=5', null],
    ['?after=5', '7'],
    ['', null],
  ]);
});
