// Looking documents up by kind, state, buyer, reference and pool, newest first, page by page.

import assert from 'node:assert/strict';
import type { DocumentQuery } from '../contract.ts';
import type { Behaviour, Case } from './behaviour.ts';
import { type Bench, note, poolWrite } from './bench.ts';

async function given(bench: Bench): Promise<void> {
  if ((await bench.document('r1')) !== undefined) return;
  const held = (id: string, found: { buyer: string; reference?: string }, pool: string) =>
    note(id, {
      kind: 'reservation',
      state: 'HELD',
      ...found,
      owners: [pool],
      claims: [{ account: `${pool}/held`, undo: { release: pool }, quantity: 1 }],
    });
  await bench.accept({ writes: [held('r1', { buyer: 'ann', reference: 'o-1' }, 'a')] });
  await bench.accept({ writes: [held('r2', { buyer: 'bob', reference: 'o-2' }, 'b')] });
  await bench.accept({ writes: [held('r3', { buyer: 'ann' }, 'b'), note('n'), poolWrite('a')] });
  const [r1] = await bench.engine.documents(['r1']);
  const { buyer, reference, owners } = r1!;
  const found = { buyer: buyer!, reference: reference!, owners: owners! };
  const done = note('r1', { kind: 'reservation', state: 'CONFIRMED', ...found, final: true });
  await bench.accept({ writes: [done] });
}

const finds = (query: Partial<DocumentQuery>, expected: string[]): Case => {
  return async (bench) => {
    await given(bench);
    const page = await bench.find({ kind: 'reservation', limit: 10, ...query });
    assert.deepEqual(
      page.documents.map(({ id }) => id),
      expected,
    );
    assert.equal(page.asOf, 4);
  };
};

export const find: Behaviour = {
  title: 'find',
  shared: true,
  cases: {
    'by kind, newest first': finds({}, ['r3', 'r2', 'r1']),
    'another kind': finds({ kind: 'pool' }, ['pool:a']),
    'a kind that there is none of': finds({ kind: 'order' }, []),
    'by state': finds({ states: ['HELD'] }, ['r3', 'r2']),
    'by any of several states': finds({ states: ['HELD', 'CONFIRMED'] }, ['r3', 'r2', 'r1']),
    'by buyer': finds({ buyer: 'ann' }, ['r3', 'r1']),
    'by reference': finds({ reference: 'o-2' }, ['r2']),
    'by pool': finds({ owner: 'b' }, ['r3', 'r2']),
    'by pool, after its claims are gone': finds({ owner: 'a' }, ['r1']),
    'by all of them': finds({ buyer: 'ann', states: ['HELD'], owner: 'b' }, ['r3']),
    'by all of them, one wrong': finds({ buyer: 'ann', states: ['HELD'], owner: 'a' }, []),
    'the first page': finds({ limit: 2 }, ['r3', 'r2']),
    'the next page': finds({ limit: 2, before: 'r2' }, ['r1']),
    'the latest version is shown': async (bench) => {
      await given(bench);
      const page = await bench.find({ kind: 'reservation', reference: 'o-1', limit: 1 });
      assert.deepEqual(page.documents[0], await bench.document('r1'));
    },
    // It adds one: the cases before it count on what there is.
    'by the state that what is due counts as': async (bench) => {
      await given(bench);
      const deadline = { afterMs: 1_000 };
      await bench.accept({
        writes: [note('r4', { kind: 'reservation', state: 'HELD', deadline })],
      });
      const inState = async (state: string, dueMs: number) => {
        const due = { dueMs, state: 'EXPIRED' };
        const query = { kind: 'reservation', states: [state], due, limit: 10 };
        return (await bench.find(query)).documents.map(({ id }) => id);
      };
      const { deadlineMs } = (await bench.document('r4'))!;
      assert.deepEqual(await inState('HELD', deadlineMs! - 1), ['r4', 'r3', 'r2']);
      assert.deepEqual(await inState('EXPIRED', deadlineMs! - 1), []);
      assert.deepEqual(await inState('HELD', deadlineMs!), ['r3', 'r2']);
      assert.deepEqual(await inState('EXPIRED', deadlineMs!), ['r4']);
      assert.deepEqual(await inState('CONFIRMED', deadlineMs!), ['r1']);
    },
  },
};
