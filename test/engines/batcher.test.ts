// What goes into one batch: settling before taking, a small share of background work, and always some of
// each, however large a single transaction is.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  BACKGROUND_MOVES_MAX,
  BATCH_MOVES_MAX,
  Batcher,
  type Lane,
  type Pending,
} from '../../src/engines/batcher.ts';
import type { Engine, Outcome, Transaction } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { HoldfastError } from '../../src/errors.ts';

/** A batcher whose batches are noted as the subjects of their transactions. */
function notedBatches(commitsInFlightMax = 1) {
  const engine = Object.assign(new MemoryEngine(), { commitsInFlightMax });
  const batches: string[][] = [];
  const { commit } = engine;
  engine.commit = (batch) => {
    batches.push(batch.map(({ events }) => events[0]!.subject));
    return commit.call(engine, batch);
  };
  return { batcher: new Batcher(engine), batches };
}

/** A batcher over an engine that answers what is called `late` when it is told to. */
function answersLate() {
  const engine: Engine = new MemoryEngine();
  const late = Promise.withResolvers<Outcome>();
  const { commit } = engine;
  engine.commit = async (batch) => {
    const answers = await commit.call(engine, batch);
    return answers.map((each, index) =>
      batch[index]!.events[0]!.subject === 'late' ? late.promise : each,
    );
  };
  const batcher = new Batcher(engine);
  const done: string[] = [];
  const failed: unknown[] = [];
  const submitNamed = (subject: string) =>
    batcher.submit('reserve', {
      ...pending(subject, 1),
      done: () => done.push(subject),
      failed: (error) => failed.push(error),
    });
  return { batcher, late, done, failed, submitNamed };
}

/** As many turns of the event loop as a batch needs, and some more. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

const REFUSED: Outcome = { ok: false, refusal: { code: 'seq', owner: 'tea', found: 1 } };

/** Moves nothing, so many times. */
function pending(subject: string, moves: number): Pending {
  const legs = [{ from: 'tea/available', to: 'tea/held' }];
  const transaction: Transaction = {
    moves: Array.from({ length: moves }, () => ({ legs, quantity: 1, quantityMin: 0 })),
    events: [{ type: 'noted', subject }],
  };
  return { transaction, done: () => {}, failed: (error) => assert.fail(String(error)) };
}

function submit(batcher: Batcher, lane: Lane, { count, moves }: { count: number; moves: number }) {
  for (let index = 0; index < count; index += 1) batcher.submit(lane, pending(lane, moves));
}

const counts = (batch: readonly string[]) =>
  Object.fromEntries(
    ['finish', 'reserve', 'background'].map((lane) => [
      lane,
      batch.filter((each) => each === lane).length,
    ]),
  );

describe('a batch', () => {
  it('has room for those who wait beside background work of any size', async () => {
    const { batcher, batches } = notedBatches();
    submit(batcher, 'background', { count: 3, moves: BATCH_MOVES_MAX });
    submit(batcher, 'finish', { count: 600, moves: 1 });
    submit(batcher, 'reserve', { count: 900, moves: 1 });
    await batcher.idle();
    assert.deepEqual(batches.map(counts), [
      { finish: 600, reserve: 336, background: 1 },
      { finish: 0, reserve: 564, background: 1 },
      { finish: 0, reserve: 0, background: 1 },
    ]);
  });

  it('is half of those who wait, where two may be under way', async () => {
    const { batcher, batches } = notedBatches(2);
    submit(batcher, 'reserve', { count: 400, moves: 1 });
    await batcher.idle();
    assert.deepEqual(
      batches.map(({ length }) => length),
      [200, 200],
    );
  });

  it('is all of a few, where two may be under way', async () => {
    const { batcher, batches } = notedBatches(2);
    submit(batcher, 'reserve', { count: 100, moves: 1 });
    await batcher.idle();
    assert.deepEqual(
      batches.map(({ length }) => length),
      [100],
    );
  });

  it('has a small share of background work, also when nobody else waits', async () => {
    const { batcher, batches } = notedBatches();
    submit(batcher, 'background', { count: 3 * BACKGROUND_MOVES_MAX, moves: 1 });
    submit(batcher, 'reserve', { count: 1_000, moves: 1 });
    await batcher.idle();
    assert.deepEqual(batches.map(counts), [
      { finish: 0, reserve: 936, background: BACKGROUND_MOVES_MAX },
      { finish: 0, reserve: 64, background: BACKGROUND_MOVES_MAX },
      { finish: 0, reserve: 0, background: BACKGROUND_MOVES_MAX },
    ]);
  });

  it('takes one that is larger than a batch', async () => {
    const { batcher, batches } = notedBatches();
    submit(batcher, 'reserve', { count: 2, moves: BATCH_MOVES_MAX * 2 });
    await batcher.idle();
    assert.deepEqual(batches, [['reserve'], ['reserve']]);
  });
});

it('what is put first goes first, in its order, in the room of those that are gone', async () => {
  const { batcher, batches } = notedBatches();
  submit(batcher, 'reserve', { count: BATCH_MOVES_MAX, moves: 1 });
  batcher.submit('reserve', pending('last', 1));
  const group = ['a', 'b', 'c'];
  batcher.submit('finish', {
    ...pending('finish', 1),
    done: () =>
      batcher.submitFirst(
        'reserve',
        group.map((name) => pending(name, 1)),
      ),
  });
  await batcher.idle();
  assert.deepEqual(
    batches.flat().filter((name) => name !== 'reserve' && name !== 'finish'),
    [...group, 'last'],
  );
  assert.equal(batches.flat().length, BATCH_MOVES_MAX + 5);
});

it('what was answered is not kept', async () => {
  const { batcher } = notedBatches();
  const submitted = Array.from({ length: 100 }, () => {
    const one = pending('reserve', 1);
    batcher.submit('reserve', one);
    return new WeakRef(one);
  });
  await batcher.idle();
  // Within the turn that made it, a weak reference is a strong one.
  await new Promise(setImmediate);
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  assert.equal(submitted.filter((one) => one.deref() !== undefined).length, 0);
});

it('rests before the next batch as long as the engine asks for', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const engine = Object.assign(new MemoryEngine(), { restMs: 7 });
  const batcher = new Batcher(engine);
  let done = 0;
  batcher.submit('reserve', { ...pending('late', 1), done: () => (done += 1) });
  mock.timers.tick(6);
  await new Promise(setImmediate);
  assert.equal(batcher.waiting, 1);
  mock.timers.tick(1);
  await batcher.idle();
  assert.equal(done, 1);
});

describe('an answer that comes late', () => {
  it('holds up neither its neighbours nor the next batch', async () => {
    const { late, done, submitNamed } = answersLate();
    submitNamed('late');
    submitNamed('neighbour');
    await someTurns();
    submitNamed('next batch');
    await someTurns();
    assert.deepEqual(done, ['neighbour', 'next batch']);
    late.resolve(REFUSED);
    await someTurns();
    assert.deepEqual(done, ['neighbour', 'next batch', 'late']);
  });

  it('is waited for by who waits until nothing is under way', async () => {
    const { batcher, late, done, submitNamed } = answersLate();
    submitNamed('late');
    submitNamed('neighbour');
    await someTurns();
    void batcher.idle().then(() => done.push('idle'));
    submitNamed('next batch');
    await someTurns();
    late.resolve(REFUSED);
    await someTurns();
    assert.deepEqual(done, ['neighbour', 'next batch', 'late', 'idle']);
  });

  it('fails alone, as it failed', async () => {
    const { late, done, failed, submitNamed } = answersLate();
    submitNamed('late');
    submitNamed('neighbour');
    await someTurns();
    const error = new HoldfastError('unavailable', 'a lock was not to be had');
    late.reject(error);
    await someTurns();
    submitNamed('next batch');
    await someTurns();
    assert.deepEqual(failed, [error]);
    assert.deepEqual(done, ['neighbour', 'next batch']);
  });
});
