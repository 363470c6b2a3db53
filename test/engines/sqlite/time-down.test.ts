// A store whose wall clock jumped while it ran was not up in between: when it is opened again buyers
// get their minute before anything is due.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualTime, START_MS } from '../../../src/engines/conformance/manual-time.ts';
import { newPath, openStore, receiving } from './store-files.ts';

const HOUR_MS = 3_600_000;

it('a restart after a jump gives the grace', async () => {
  const path = newPath();
  const time = new ManualTime();
  const engine = await openStore(path, time);
  const write = { id: 'n', kind: 'note', state: 'NEW', data: {}, deadline: { afterMs: 60_000 } };
  await engine.commit([{ writes: [write], events: [] }]);
  time.jumpMs(HOUR_MS);
  assert.match(engine.clock().stopped ?? '', /jumped/);
  time.passMs(2_000);
  await engine.commit([receiving(1)]);
  const [, stopped] = await engine.entries({ after: 0, limit: 9 });
  assert.equal(stopped?.atMs, START_MS + 2_000);
  await engine.close();

  const again = await openStore(path, time);
  const [resumed] = await again.entries({ after: 2, limit: 9 });
  assert.equal(resumed?.events[0]?.type, 'store.resumed');
  assert.equal(again.clock().stopped, undefined);
  assert.deepEqual(await again.due(9), []);
  time.passMs(59_999);
  assert.deepEqual(await again.due(9), []);
  time.passMs(1);
  assert.deepEqual(
    (await again.due(9)).map(({ id }) => id),
    ['n'],
  );
  await again.close();
});
