// Conditions on documents: each one alone, the first that fails is named.

import assert from 'node:assert/strict';
import type { DocumentGuard, GuardCondition } from '../contract.ts';
import type { Behaviour, Case } from './behaviour.ts';
import { type Bench, move, note } from './bench.ts';

type Expected = 'holds' | GuardCondition;

/** A document `n` at version 2 in state READY whose deadline is 1,000 ms ahead. */
async function given(bench: Bench): Promise<void> {
  const id = bench.own('n');
  await bench.accept({ writes: [note(id)] });
  await bench.accept({ writes: [note(id, { state: 'READY', deadline: { afterMs: 1_000 } })] });
}

function guard(
  condition: Omit<DocumentGuard, 'document'>,
  expected: Expected,
  { name = 'n', afterMs = 0 } = {},
): Case {
  return async (bench) => {
    await given(bench);
    const id = bench.own(name);
    bench.time.passMs(afterMs);
    const outcome = await bench.commit({ guards: [{ document: id, ...condition }] });
    if (expected === 'holds') {
      assert.ok(outcome.ok, JSON.stringify(outcome));
      return;
    }
    assert.ok(!outcome.ok);
    const { refusal } = outcome;
    assert.ok(refusal.code === 'document', refusal.code);
    assert.equal(refusal.document, id);
    assert.equal(refusal.failed, expected);
    assert.deepEqual(refusal.found, await bench.document(id));
  };
}

const none = { name: 'o' };
const early = { afterMs: 999 };
const late = { afterMs: 1_000 };

export const documentGuards: Behaviour = {
  title: 'guards',
  shared: true,
  cases: {
    'present: there is one': guard({ absent: false }, 'holds'),
    'present: there is none': guard({ absent: false }, 'present', none),
    'absent: there is none': guard({ absent: true }, 'holds', none),
    'absent: there is one': guard({ absent: true }, 'absent'),
    'version: the same': guard({ version: 2 }, 'holds'),
    'version: an older one': guard({ version: 1 }, 'version'),
    'version: of none': guard({ version: 1 }, 'present', none),
    'state: one of those named': guard({ stateIn: ['NEW', 'READY'] }, 'holds'),
    'state: none of those named': guard({ stateIn: ['NEW'] }, 'stateIn'),
    'state: of none': guard({ stateIn: ['NEW'] }, 'present', none),
    'due, one moment before its deadline': guard({ due: true }, 'due', early),
    'due, at its deadline': guard({ due: true }, 'holds', late),
    'not due, one moment before its deadline': guard({ due: false }, 'holds', early),
    'not due, at its deadline': guard({ due: false }, 'notDue', late),
    'a document without a deadline is not due': async (bench) => {
      await bench.accept({ writes: [note(bench.own('n'))] });
      bench.time.passMs(1_000_000);
      await bench.accept({ guards: [{ document: bench.own('n'), due: false }] });
      const refusal = await bench.refuse({ guards: [{ document: bench.own('n'), due: true }] });
      assert.ok(refusal.code === 'document' && refusal.failed === 'due');
    },
    'all conditions of a guard must hold': guard(
      { version: 2, stateIn: ['READY'], due: false },
      'holds',
    ),
    'the first condition that fails is named': guard(
      { version: 1, stateIn: ['NEW'], due: true },
      'version',
    ),
    'guards are checked in order, before units': async (bench) => {
      await given(bench);
      const refusal = await bench.refuse({
        guards: [
          { document: bench.own('n'), version: 2 },
          { document: bench.own('n'), absent: true },
          { document: bench.own('o'), absent: false },
        ],
        moves: [move(bench.own('a/available'), bench.own('a/held'), 1)],
      });
      assert.ok(refusal.code === 'document' && refusal.failed === 'absent');
    },
    'a guard sees what came before it in the batch': async (bench) => {
      const guards = [{ document: bench.own('n'), absent: true }];
      const outcomes = await bench.batch(
        { guards, writes: [note(bench.own('n'))] },
        { guards, writes: [note(bench.own('n'))] },
      );
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [true, false],
      );
    },
  },
};
