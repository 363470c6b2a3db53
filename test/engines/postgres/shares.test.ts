// Servers on one database share what all of them could do: what is due falls to one of them each, and to
// those who are left when one goes.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { Connections } from '../../../src/engines/postgres/connections.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { Shares } from '../../../src/engines/postgres/shares.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';

const skip = postgresMissing() ?? false;

it('each server of three has a share, a silent one loses it, one that leaves at once', {
  skip,
}, async () => {
  const { address, drop } = await freshSchema();
  const engine = await PostgresEngine.open(address, { time: new ManualTime() });
  await engine.close();
  const { connectionString, schema } = postgresAddress(address);
  const connections = await Connections.open(connectionString, 2);
  const servers = [1, 2, 3].map(() => new Shares(connections, schema));
  const sign = async (those: Shares[], nowMs: number) => {
    for (const each of [...those, ...those]) await each.sign(nowMs);
    return those.map(({ own }) => own.index).sort();
  };
  assert.deepEqual(await sign(servers, 1_000), [0, 1, 2]);
  assert.ok(servers.every(({ own }) => own.count === 3));
  const [first, second, third] = servers as [Shares, Shares, Shares];
  assert.deepEqual(await sign([first, second], 4_001), [0, 1]);
  await second.leave();
  assert.deepEqual(await sign([first, third], 4_001), [0, 1]);
  await third.leave();
  await first.sign(4_001);
  assert.deepEqual(first.own, { index: 0, count: 1 });
  await connections.close();
  await drop();
});

it('two servers are told different documents that are due, and together all', {
  skip,
}, async () => {
  const { address, drop } = await freshSchema();
  const time = new ManualTime();
  const first = await PostgresEngine.open(address, { time });
  const second = await PostgresEngine.open(address, { time });
  const ids = Array.from({ length: 40 }, (_, index) => `note-${index}`);
  const write = { kind: 'note', state: 'NEW', data: {}, deadline: { afterMs: 10 } };
  await first.commit(ids.map((id) => ({ writes: [{ id, ...write }], events: [] })));
  time.passMs(10);
  const due = async () => [await first.due(99), await second.due(99)] as const;
  let [ours, theirs] = await due();
  // The first hears of the second when it signs, once a second.
  for (const untilMs = performance.now() + 60_000; performance.now() < untilMs; ) {
    if (ours.length + theirs.length === ids.length) break;
    [ours, theirs] = await due();
  }
  assert.deepEqual([...ours, ...theirs].map(({ id }) => id).sort(), ids.toSorted());
  assert.ok(ours.length > 0 && theirs.length > 0);
  await second.close();
  await first.close();
  await drop();
});
