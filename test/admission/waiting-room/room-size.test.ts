// How many a waiting room takes in, wherever it is kept, and whom it forgets so that others may come.

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { KEEPERS } from './room-keepers.ts';
import { RoomVisit } from './room-visit.ts';

for (const kind of KEEPERS) {
  describe(`a waiting room of four ${kind.name}`, { skip: kind.skip }, () => {
    const visit = async (t: TestContext) => {
      const keeper = await kind.open();
      t.after(() => keeper.close());
      const its = new RoomVisit(keeper);
      its.rule.sizeMax = 4;
      return its;
    };

    it('takes no fifth, and keeps those whom it has', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob', 'cyd', 'dan');
      await its.turn(1);
      assert.equal(await its.tryToJoin('eve'), undefined);
      assert.equal((await its.join('ann')).state, 'ADMITTED');
      assert.equal((await its.join('dan')).state, 'WAITING');
      assert.deepEqual(await its.look('ann', 'bob', 'cyd', 'dan'), ['in', 0, 1, 2]);
    });

    it('forgets who is away and who is over, and nobody who shows a place loses it', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob', 'cyd', 'dan');
      await its.turn(1);
      await its.end('ann', 'used');
      await its.pass(20_000);
      assert.deepEqual(await its.look('cyd', 'dan'), [1, 2]);
      await its.pass(15_000);
      // One turn passes bob over, the next one forgets him.
      await its.turn(0);
      await its.joinAll('eve', 'fay');
      assert.equal(await its.tryToJoin('guy'), undefined);
      assert.deepEqual(await its.look('bob', 'cyd', 'dan', 'eve', 'fay'), [0, 1, 2, 3, 4]);
      assert.deepEqual(await its.look('ann'), ['used']);
    });

    it('forgets nobody while it is less than half full', async (t) => {
      const its = await visit(t);
      const ann = await its.join('ann');
      await its.pass(60_000);
      await its.turn(0);
      assert.deepEqual((await its.join('ann')).place, ann.place);
    });

    it('remembers of no more than four how their places ended', async (t) => {
      const its = await visit(t);
      const gone = ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay'];
      for (const buyer of gone) {
        await its.join(buyer);
        await its.end(buyer, 'left');
        await its.turn(0);
      }
      const found = await its.look(...gone);
      assert.equal(found.filter((how) => how === 'left').length, 4);
    });
  });
}
