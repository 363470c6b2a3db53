// One who follows the journal and throws harms nobody: not the buyer, not the others who follow.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { type FollowerNeeds, Followers } from '../../src/engines/followers.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { newPath, openStore, receiving } from './sqlite/store-files.ts';

it('all are needed as long as one who follows needs all', () => {
  const followers = new Followers();
  assert.equal(followers.needAll, false);
  let needs: FollowerNeeds = 'named';
  followers.add(
    () => {},
    () => needs,
  );
  assert.equal(followers.needAll, false);
  needs = 'all';
  assert.equal(followers.needAll, true);
  needs = 'named';
  const stop = followers.add(() => {});
  assert.equal(followers.needAll, true, 'who does not say needs all');
  stop();
  assert.equal(followers.needAll, false);
});

const ENGINES = {
  memory: async () => new MemoryEngine(),
  sqlite: () => openStore(newPath()),
};

for (const [name, open] of Object.entries(ENGINES)) {
  it(`a follower that throws is reported (${name})`, async () => {
    const engine = await open();
    const told: number[] = [];
    engine.follow(() => {
      throw new Error('planted failure');
    });
    engine.follow((entries) => told.push(entries.length));
    const warned = once(process, 'warning');
    const [outcome] = await engine.commit([receiving(5)]);
    assert.ok(outcome?.ok);
    assert.match(String((await warned)[0]), /follower of the journal failed.*planted failure/);
    await engine.commit([receiving(1), receiving(1)]);
    assert.deepEqual(told, [1, 2]);
    assert.equal((await engine.owners(['tea']))[0]?.accounts.available?.balance, 7);
    await engine.close();
  });
}
