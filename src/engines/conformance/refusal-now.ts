// What is plainly short is refused at once, as a commit would refuse it; whatever else could matter is
// left to the commit. Every other case asks too before it commits (see Bench.commit).

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { type Bench, type Draft, held } from './bench.ts';

/** Whether it is refused at once; engines that cannot say have nothing to show. */
function isRefusedNow(bench: Bench, draft: Draft): boolean | undefined {
  const { engine } = bench;
  return engine.refusalNow === undefined ? undefined : engine.refusalNow(draft) !== undefined;
}

export const refusalNow: Behaviour = {
  title: 'refused at once',
  cases: {
    'what is short, and not what is there': async (bench) => {
      await bench.pool('a');
      await bench.fill('a/available', 2);
      const guards = [{ document: 'pool:a', stateIn: ['OPEN'] }];
      assert.notEqual(isRefusedNow(bench, { guards, moves: [held('a', 3)] }), false);
      assert.notEqual(isRefusedNow(bench, { guards, moves: [held('a', 2)] }), true);
      await bench.refuse({ guards, moves: [held('a', 3)] });
    },
    'not when something there is due: it would be free first': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.hold('r', 'a', 1, { forMs: 1_000 });
      assert.notEqual(isRefusedNow(bench, { moves: [held('a', 1)] }), false);
      bench.time.passMs(1_000);
      assert.notEqual(isRefusedNow(bench, { moves: [held('a', 1)] }), true);
    },
    'not when it was accepted before': async (bench) => {
      await bench.fill('a/available', 1);
      const request = { principal: 'p', key: 'k', hash: '1.1' };
      await bench.accept({ request, moves: [held('a', 1)] });
      assert.notEqual(isRefusedNow(bench, { request, moves: [held('a', 1)] }), true);
      const other = { ...request, key: 'l' };
      assert.notEqual(isRefusedNow(bench, { request: other, moves: [held('a', 1)] }), false);
    },
    'not when a guard refuses first': async (bench) => {
      await bench.pool('a', { state: 'CLOSED' });
      const guards = [{ document: 'pool:a', stateIn: ['OPEN'] }];
      assert.notEqual(isRefusedNow(bench, { guards, moves: [held('a', 1)] }), true);
    },
    'not what asks for less, sets a floor, or shares out what is granted': async (bench) => {
      await bench.fill('a/available', 1);
      const partial = { ...held('a', 2), quantityMin: 1 };
      const floors = [{ account: 'a/available', floor: -5 }];
      assert.notEqual(isRefusedNow(bench, { moves: [partial] }), true);
      assert.notEqual(isRefusedNow(bench, { floors, moves: [held('a', 2)] }), true);
      assert.notEqual(isRefusedNow(bench, { grantedMax: 1, moves: [held('a', 2)] }), true);
    },
    'not for what is not durable yet': async (bench) => {
      await bench.fill('a/available', 1);
      const taking = bench.batch({ moves: [held('a', 1)] });
      const refused = isRefusedNow(bench, { moves: [held('a', 1)] });
      const durable = bench.engine.health().position;
      await taking;
      const { position } = (await bench.journal()).at(-1)!;
      assert.ok(refused !== true || durable >= position, 'refused for what could still be lost');
    },
  },
};
