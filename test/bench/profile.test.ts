// What a processor profile is said to mean: shares of the time that was not idle, of the stretches
// in which a file ran.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whereTimeWent } from '../../bench/profile.ts';

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 4 });
const nodes = [
  { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 6] },
  { id: 2, callFrame: frame('(idle)') },
  { id: 3, callFrame: frame('(garbage collector)') },
  { id: 4, callFrame: frame('route', 'file:///app/src/http/routes/a.ts'), children: [5] },
  { id: 5, callFrame: frame('plan', 'file:///app/src/kernel/b.ts') },
  { id: 6, callFrame: frame('item', 'file:///app/src/http/batch-item.ts') },
];
// Tenths of a second: the route; a collection, nothing; a batch; the route; collections.
const samples = [4, 5, 3, 2, 6, 4, 3, 3];
const timeDeltas = [0, 50_000, 50_000, 25_000, 75_000, 100_000, 100_000, 100_000, 100_000];

test('the whole run', () => {
  const { seconds, shares, collectorShare, idleShare } = whereTimeWent({
    nodes,
    samples,
    timeDeltas,
  });
  assert.equal(seconds, 0.6);
  assert.equal(idleShare, 0.075 / 0.6);
  assert.equal(collectorShare, 0.225 / 0.525);
  assert.equal(shares[0]!.name, '(garbage collector)');
});

test('only while a file ran, and no batch', () => {
  const during = whereTimeWent({ nodes, samples, timeDeltas }, 'src/http/routes/a.ts');
  assert.deepEqual(during.shares, [
    { name: 'route src/http/routes/a.ts:5', share: 0.75 },
    { name: 'plan src/kernel/b.ts:5', share: 0.25 },
  ]);
});
