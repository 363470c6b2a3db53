// The line of a waiting room, through the same cases wherever it is kept: who comes first, who is passed over, how
// many passes are out, and what a keeper learns again that has lost everything.

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { KEEPERS } from './room-keepers.ts';
import { RoomVisit } from './room-visit.ts';

for (const kind of KEEPERS) {
  describe(`a waiting room ${kind.name}`, { skip: kind.skip }, () => {
    const visit = async (t: TestContext) => {
      const keeper = await kind.open();
      t.after(() => keeper.close());
      return new RoomVisit(keeper);
    };

    it('lets in by arrival, as many as there are passes', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob', 'cyd', 'dan');
      assert.deepEqual(await its.look('ann', 'bob', 'cyd', 'dan'), [0, 1, 2, 3]);
      const turn = await its.turn(2);
      assert.deepEqual([turn.waiting, turn.free], [2, 0]);
      assert.deepEqual(await its.look('ann', 'bob', 'cyd', 'dan'), ['in', 'in', 0, 1]);
      assert.equal((await its.turn(2)).waiting, 2, 'passes that are out were not counted');
      assert.equal((await its.turn(9)).free, 5);
    });

    it('draws lots for those who came before the opening, and puts them before all others', async (t) => {
      const its = await visit(t);
      its.rule.isOpen = false;
      await its.join('ann', 700);
      await its.join('bob', 300);
      await its.turn(9);
      assert.deepEqual(await its.look('ann', 'bob'), [1, 0], 'somebody was let in too early');
      its.rule.isOpen = true;
      await its.join('cyd', 1);
      // Another server may not have heard of the opening yet.
      its.rule.isOpen = false;
      await its.join('dan', 2);
      its.rule.isOpen = true;
      assert.deepEqual(await its.look('bob', 'ann', 'cyd', 'dan'), [0, 1, 2, 3]);
      await its.turn(1);
      assert.deepEqual(await its.look('bob', 'ann', 'cyd'), ['in', 0, 1]);
    });

    it('gives a buyer one place, however often they come', async (t) => {
      const its = await visit(t);
      its.rule.isOpen = false;
      const first = await its.join('ann', 500);
      await its.join('bob', 600);
      const again = await its.join('ann', 500);
      assert.deepEqual(again.place, first.place);
      its.rule.isOpen = true;
      const late = await its.join('ann', 500);
      assert.deepEqual(late.place, first.place, 'a lot was lost for a second try');
      await its.turn(1);
      const admitted = await its.join('ann', 500);
      assert.equal(admitted.state, 'ADMITTED');
      assert.deepEqual(await its.look('bob'), [0]);
    });

    it('passes over who is away, and gives them their place when they are back', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob', 'cyd');
      its.keeper.passMs(20_000);
      assert.deepEqual(await its.look('bob', 'cyd'), [1, 2]);
      its.keeper.passMs(10_001);
      await its.turn(1);
      assert.deepEqual(await its.look('bob', 'cyd'), ['in', 0]);
      assert.deepEqual(await its.look('ann', 'cyd'), [0, 1]);
      await its.turn(2);
      assert.deepEqual(await its.look('ann', 'cyd'), ['in', 0]);
    });

    it('does not give a pass to one who fell silent since it last looked', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob');
      its.keeper.passMs(29_999);
      await its.look('bob');
      its.keeper.passMs(2);
      assert.equal((await its.turn(1)).waiting, 0);
      assert.deepEqual(await its.look('bob'), ['in']);
    });

    it('counts a pass until it is used, given up, or its time is over', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob', 'cyd', 'dan', 'eve', 'fay');
      await its.turn(3);
      await its.end('ann', 'used');
      await its.end('ann', 'used');
      await its.turn(3);
      assert.deepEqual(await its.look('ann', 'dan', 'eve'), ['used', 'in', 0]);
      await its.end('bob', 'left');
      await its.turn(3);
      assert.deepEqual(await its.look('bob', 'eve', 'fay'), ['left', 'in', 0]);
      await its.pass(29_000);
      await its.look('fay');
      await its.pass(29_000);
      await its.look('fay');
      its.keeper.passMs(2_001);
      const { waiting, free } = await its.turn(3);
      assert.deepEqual([waiting, free], [0, 2]);
      assert.deepEqual(await its.look('cyd', 'dan', 'fay'), ['lapsed', 'lapsed', 'in']);
    });

    it('counts as out what was used after the stock was looked at', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob', 'cyd');
      await its.turn(2);
      const used = await its.rooms.used(its.rule);
      // The stock is read here, and then Ann's order takes the last but one.
      await its.end('ann', 'used');
      await its.rooms.turn(its.rule, { passesMax: 2, used });
      assert.deepEqual(await its.look('cyd'), [0]);
      await its.turn(2);
      assert.deepEqual(await its.look('cyd'), ['in']);
    });

    it('takes a place no more that was given up, and gives another', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob');
      await its.end('ann', 'left');
      assert.deepEqual(await its.look('ann', 'bob'), ['left', 0]);
      const old = its.places.get('ann')!;
      assert.equal((await its.join('ann')).place.id === old.id, false);
      assert.deepEqual(await its.look('bob', 'ann'), [0, 1]);
      assert.deepEqual(await its.lookAt([old]), ['left']);
    });

    it('learns again where everybody stood, and lets in nobody before it has', async (t) => {
      const its = await visit(t);
      its.rule.isOpen = false;
      await its.join('ann', 900);
      its.rule.isOpen = true;
      await its.joinAll('bob', 'cyd', 'dan');
      its.rule.isNew = false;
      its.rooms = await its.keeper.lost();
      assert.deepEqual(await its.look('dan'), [0]);
      assert.equal((await its.turn(1)).waiting, 1, 'the first to come back overtook the others');
      assert.deepEqual(await its.look('cyd'), [0]);
      // Redis's own clock goes on beside: what is left must be longer than a machine stands still.
      await its.pass(8_000);
      assert.deepEqual(await its.look('bob', 'ann', 'cyd', 'dan'), [0, 0, 2, 3]);
      await its.turn(1);
      assert.deepEqual(await its.look('ann', 'bob'), [0, 1]);
      its.keeper.passMs(7_000);
      await its.turn(1);
      assert.deepEqual(await its.look('ann', 'bob', 'cyd', 'dan'), ['in', 0, 1, 2]);
    });

    it('waits for who is first and silent when nobody could reach it', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob', 'cyd', 'dan');
      await its.turn(0);
      its.keeper.passMs(31_000);
      assert.deepEqual(await its.look('ann', 'cyd'), [0, 2]);
      const turn = await its.turn(2);
      assert.equal(turn.isUnfinished, false);
      assert.deepEqual(await its.look('ann', 'cyd'), ['in', 1], 'the third overtook the second');
      await its.pass(8_000);
      await its.turn(2);
      assert.deepEqual(await its.look('cyd'), [1]);
      its.keeper.passMs(7_000);
      await its.turn(2);
      assert.deepEqual(await its.look('cyd', 'bob', 'dan'), ['in', 0, 1]);
    });

    it('tells who shows a place that it did not know', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann');
      its.rooms = await its.keeper.lost();
      const place = its.places.get('ann')!;
      const [learned] = await its.rooms.seen(its.rule, [place]);
      const [known] = await its.rooms.seen(its.rule, [place]);
      assert.deepEqual([learned!.isLearned, known!.isLearned], [true, false]);
      assert.deepEqual(learned!.place, place);
    });

    it('keeps the better one of two places of one buyer', async (t) => {
      const its = await visit(t);
      await its.joinAll('ann', 'bob');
      const first = its.places.get('ann')!;
      its.rooms = await its.keeper.lost();
      await its.look('bob');
      await its.join('ann');
      const second = its.places.get('ann')!;
      assert.deepEqual(await its.look('bob', 'ann'), [0, 1]);
      assert.deepEqual(await its.lookAt([first]), [0]);
      const [standing] = await its.rooms.seen(its.rule, [second]);
      assert.equal(standing!.place.id, first.id);
      assert.deepEqual(await its.look('bob'), [1], 'a buyer stands there twice');
    });

    it('tells positions of a long line within half a percent, exactly in front', async (t) => {
      const its = await visit(t);
      its.rule.isOpen = false;
      const lots = Array.from({ length: 3_000 }, (_, index) => ((index * 7_919) % 3_000) * 10);
      await Promise.all(lots.map((lot) => its.join(`b${lot}`, lot)));
      const turn = await its.turn(0);
      assert.equal(turn.waiting, 3_000);
      for (const lot of lots) {
        const right = lot / 10;
        const told = turn.aheadOf(lot)!;
        assert.ok(right < 200 ? told === right : right >= told && right - told <= right / 200);
      }
      its.rule.isOpen = true;
      assert.deepEqual(
        [(await its.turn(2_500)).waiting, (await its.turn(2_500)).waiting],
        [2_000, 1_000],
      );
      const last = await its.turn(2_500);
      assert.equal(last.waiting, 500);
      assert.equal(last.aheadOf(24_990), undefined, 'one who may have been let in');
      assert.equal(last.aheadOf(25_000), 0);
    });

    if (!kind.isShared) return;
    it('is one line for several servers', async (t) => {
      const its = await visit(t);
      const other = its.keeper.other!;
      await its.join('ann');
      await its.join('bob', 0, other);
      await its.join('cyd');
      await Promise.all([its.turn(2), its.turn(2, other), its.turn(2), its.turn(2, other)]);
      const all = ['ann', 'bob', 'cyd'].map((buyer) => its.places.get(buyer)!);
      assert.deepEqual(await its.lookAt(all), ['in', 'in', 0]);
      assert.deepEqual(await its.lookAt(all, other), ['in', 'in', 0]);
      assert.deepEqual((await its.join('ann', 0, other)).place, all[0]);
    });
  });
}
