// What an engine that keeps things must still know after it was closed and opened again.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { type Bench, closedWith, holding, move, note } from './bench.ts';
import { shortageOf } from './outcomes.ts';

const request = { principal: 'p', key: 'k', hash: '1' };

async function due(bench: Bench): Promise<string[]> {
  return (await bench.engine.due(10)).map(({ id }) => id);
}

async function busy(bench: Bench): Promise<void> {
  await bench.pool('home');
  await bench.pool('sale');
  await bench.fill('sale/available', 9);
  await bench.hold('r1', 'sale', 2, { forMs: 100_000 });
  await bench.hold('r2', 'sale', 3);
  await bench.accept({ request, moves: [move('sale/available', 'sale/sold', 4)] });
  await bench.accept({ writes: [note('done', { final: true })] });
}

export const restart: Behaviour = {
  title: 'after a restart',
  durable: true,
  cases: {
    'the state is the same': async (bench) => {
      await busy(bench);
      const read = async () => ({
        owners: await bench.engine.owners(['home', 'sale', 'none']),
        documents: await bench.engine.documents(['r1', 'r2', 'done', 'pool:sale']),
        journal: await bench.journal(),
        pools: await bench.engine.pools({ limit: 9 }),
        past: await bench.engine.balancesAt('sale', bench.time.wallMs()),
        next: bench.engine.nextDeadlineMs(),
      });
      await bench.listed('home', 'sale');
      await bench.becomes(() => bench.engine.nextDeadlineMs(), bench.startMs + 100_000);
      const before = await read();
      await bench.restart();
      await bench.becomes(read, before);
      await bench.restart();
      await bench.becomes(read, before);
    },
    'a request is still known': async (bench) => {
      await busy(bench);
      await bench.restart();
      const again = await bench.commit({ request });
      assert.ok(again.ok && again.repeated);
      assert.equal(again.entry.granted[0], 4);
      const refusal = await bench.refuse({ request: { ...request, hash: '2' } });
      assert.equal(refusal.code, 'request-reused');
    },
    'positions, numbers and versions go on': async (bench) => {
      await busy(bench);
      const { position } = (await bench.journal()).at(-1)!;
      const seq = (await bench.owner('sale'))!.seq;
      await bench.restart();
      const entry = await bench.accept({
        moves: [move('sale/held', 'sale/available', 1)],
        writes: [note('r2')],
      });
      assert.equal((await bench.journal()).at(-1)?.position, position + 1);
      assert.deepEqual(entry.seqs, [['sale', seq + 1]]);
      assert.equal(entry.documents[0]?.version, 2);
    },
    'a document that is final is still known: to a write': async (bench) => {
      await busy(bench);
      await bench.restart();
      const entry = await bench.accept({ writes: [note('done', { final: true })] });
      assert.equal(entry.documents[0]?.version, 2);
    },
    'a document that is final is still known: to a guard on its version': async (bench) => {
      await busy(bench);
      await bench.restart();
      await bench.refuse({ guards: [{ document: 'done', version: 2 }] });
      const entry = await bench.accept({
        guards: [{ document: 'done', version: 1 }],
        writes: [note('done', { final: true })],
      });
      assert.equal(entry.documents[0]?.version, 2);
    },
    'a document that is final is still known: to a guard that wants none': async (bench) => {
      await busy(bench);
      await bench.restart();
      await bench.refuse({ guards: [{ document: 'done', absent: true }] });
    },
    'a document that is final is still known: to a guard that wants one': async (bench) => {
      await busy(bench);
      await bench.restart();
      await bench.accept({ guards: [{ document: 'done', absent: false }] });
    },
    'a document that was final, and is not any more, falls due': async (bench) => {
      await busy(bench);
      await bench.restart();
      await bench.accept({ writes: [note('done', { deadline: { afterMs: 1_000 } })] });
      await bench.restart();
      bench.time.passMs(1_000);
      assert.deepEqual(await due(bench), ['done']);
    },
    'floors and inflow are kept': async (bench) => {
      await busy(bench);
      await bench.accept({ floors: [{ account: 'sale/safety', floor: -2 }] });
      await bench.restart();
      const short = shortageOf(
        await bench.commit({ moves: [move('sale/available', 'sale/held', 1)] }),
      );
      assert.deepEqual([short.available, short.inflow], [0, 1]);
      await bench.accept({ moves: [move('sale/safety', 'sale/held', 2)] });
    },
    'a deadline stands where it stood': async (bench) => {
      await busy(bench);
      await bench.restart({ downMs: 1_000 });
      bench.time.passMs(98_999);
      assert.deepEqual(await due(bench), []);
      bench.time.passMs(1);
      assert.deepEqual(await due(bench), ['r1']);
      const short = shortageOf(
        await bench.commit({ moves: [move('sale/available', 'sale/held', 1)] }),
      );
      assert.deepEqual(short.due, ['r1']);
    },
    'down for more than 5 s: nothing is due for 60 s': async (bench) => {
      await busy(bench);
      await bench.restart({ downMs: 100_001 });
      assert.deepEqual(await due(bench), []);
      await bench.refuse({ guards: [{ document: 'r1', due: true }] });
      await bench.accept({ guards: [{ document: 'r1', due: false }] });
      bench.time.passMs(59_999);
      assert.deepEqual(await due(bench), []);
      bench.time.passMs(1);
      assert.deepEqual(await due(bench), ['r1']);
    },
    'that grace is not forgotten by another restart': async (bench) => {
      await busy(bench);
      await bench.restart({ downMs: 100_001 });
      bench.time.passMs(1_000);
      await bench.restart({ downMs: 1_000 });
      assert.deepEqual(await due(bench), []);
      bench.time.passMs(58_000);
      assert.deepEqual(await due(bench), ['r1']);
    },
    'a wall clock that was set back meanwhile does not turn time back': async (bench) => {
      await busy(bench);
      bench.time.passMs(10_000);
      const last = await bench.accept({});
      await bench.engine.close();
      bench.time.jumpMs(-3_600_000);
      await bench.restart();
      assert.ok((await bench.accept({})).atMs >= last.atMs);
    },
    'what is held in a closed pool is still seen from its home': async (bench) => {
      await busy(bench);
      await bench.pool('sale', closedWith('home'));
      await bench.restart();
      bench.time.passMs(100_000);
      const short = shortageOf(
        await bench.commit({ moves: [move('home/available', 'home/held', 1)] }),
      );
      assert.deepEqual(short.due, ['r1']);
    },
    'an undecided claim is still flagged': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.accept(holding('t', 'a', 1, { forMs: 10, tentative: true }));
      await bench.restart();
      const short = shortageOf(await bench.commit({ moves: [move('a/available', 'a/held', 1)] }));
      assert.equal(short.tentative, true);
    },
    'an empty engine opens again': async (bench) => {
      await bench.restart();
      await bench.accept({});
      assert.deepEqual(
        (await bench.journal()).map(({ position }) => position),
        [1],
      );
    },
  },
};
