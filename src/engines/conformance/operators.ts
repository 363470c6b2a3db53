// One case for each operator that a transaction may use. The table is complete by its type: an
// operator added to the contract without a case here does not compile.

import assert from 'node:assert/strict';
import type {
  Claim,
  DeadlineDraft,
  DocumentGuard,
  DocumentWrite,
  EventDraft,
  Floor,
  Leg,
  Move,
  MoveClaim,
  RequestIdentity,
  SeqGuard,
  Transaction,
} from '../contract.ts';
import type { Behaviour, Case } from './behaviour.ts';
import { type Bench, type Draft, move, note, poolWrite } from './bench.ts';

type KeysOf<T> = T extends unknown ? keyof T & string : never;

type Operator =
  | `transaction.${KeysOf<Transaction>}`
  | `request.${KeysOf<RequestIdentity>}`
  | `guard.${KeysOf<DocumentGuard>}`
  | `seqGuard.${KeysOf<SeqGuard>}`
  | `floor.${KeysOf<Floor>}`
  | `move.${KeysOf<Move>}`
  | `leg.${KeysOf<Leg>}`
  | 'destination.account'
  | 'destination.release'
  | `write.${KeysOf<DocumentWrite>}`
  | `deadline.${KeysOf<DeadlineDraft>}`
  | `claim.${KeysOf<Claim>}`
  | `moveClaim.${KeysOf<MoveClaim>}`
  | `event.${KeysOf<EventDraft>}`;

/** On stock of 5 in `a`, a note `n` at version 1: `yes` is accepted, `no` is not. */
const decides = (yes: Draft, no: Draft): Case => {
  return async (bench) => {
    await given(bench);
    await bench.refuse(bench.own(no));
    await bench.accept(bench.own(yes));
  };
};

/** On the same: what the journal's entry says after it. */
const leaves = (draft: Draft, expected: object): Case => leavesAt(() => [draft, expected]);

const leavesAt = (made: (startMs: number) => [draft: Draft, expected: object]): Case => {
  return async (bench) => {
    await given(bench);
    const [draft, expected] = made(bench.startMs);
    assert.partialDeepStrictEqual(await bench.accept(bench.own(draft)), bench.own(expected));
  };
};

async function given(bench: Bench): Promise<void> {
  await bench.fill(bench.own('a/available'), 5);
  const writes = [note('n', { deadline: { afterMs: 100 } })];
  const request = { principal: 'p', key: 'k', hash: '1' };
  await bench.accept(bench.own({ request, writes }));
}

const upTo = (quantity: number) => ({ legs, quantity, quantityMin: 0 });
const one = move('a/available', 'a/held', 1);
const moved = { from: 'a/available', to: 'a/held', quantity: 1 };
const held: Claim = { account: 'a/held', undo: 'a/available', quantity: 1 };
const written = (more: Partial<DocumentWrite>): Draft => ({ writes: [note('m', more)] });
const legs = [{ from: 'a/available', to: 'a/held' }];
const byMove: Draft = {
  moves: [one, move('a/available', 'a/safety', 2)],
  writes: [note('m', { claims: [{ move: 1, leg: 0, undo: { release: 'a' } }] })],
};
const byMoveLeaves = {
  documents: [{ claims: [{ account: 'a/safety', undo: { release: 'a' }, quantity: 2 }] }],
};
const repeated = (identity: Partial<RequestIdentity>, first: boolean): Case => {
  return async (bench) => {
    await given(bench);
    const request = { principal: 'p', key: 'k', hash: '1', ...identity };
    const outcome = await bench.commit(bench.own({ request }));
    assert.equal(outcome.ok && !outcome.repeated, first);
  };
};

const OPERATORS: Record<Operator, Case> = {
  'transaction.request': leaves(
    { request: { principal: 'p', key: 'k2', hash: '3' } },
    { request: { principal: 'p', key: 'k2', hash: '3' } },
  ),
  'transaction.guards': decides({ guards: [] }, { guards: [{ document: 'x', absent: false }] }),
  'transaction.floors': leaves(
    { floors: [{ account: 'b/available', floor: -1 }] },
    { floors: [{ account: 'b/available', floor: -1 }], seqs: [['b', 1]] },
  ),
  'transaction.moves': leaves({ moves: [one, one] }, { moves: [moved, moved], granted: [1, 1] }),
  'transaction.grantedMin': decides(
    { moves: [{ legs, quantity: 9, quantityMin: 0 }], grantedMin: 5 },
    { moves: [{ legs, quantity: 9, quantityMin: 0 }], grantedMin: 6 },
  ),
  'transaction.grantedMax': leaves(
    { moves: [upTo(3), upTo(3)], grantedMax: 4 },
    { granted: [3, 1], moves: [{ quantity: 3 }, { quantity: 1 }] },
  ),
  'transaction.writes': leaves({ writes: [note('m')] }, { documents: [{ id: 'm', version: 1 }] }),
  'transaction.events': leaves(
    { events: [{ type: 't', subject: 's' }] },
    { events: [{ type: 't', subject: 's' }] },
  ),
  'request.principal': repeated({ principal: 'q' }, true),
  'request.key': repeated({ key: 'other' }, true),
  'request.hash': repeated({ hash: '2' }, false),
  'guard.document': decides(
    { guards: [{ document: 'n', absent: false }] },
    { guards: [{ document: 'm', absent: false }] },
  ),
  'guard.absent': decides(
    { guards: [{ document: 'm', absent: true }] },
    { guards: [{ document: 'n', absent: true }] },
  ),
  'guard.version': decides(
    { guards: [{ document: 'n', version: 1 }] },
    { guards: [{ document: 'n', version: 2 }] },
  ),
  'guard.stateIn': decides(
    { guards: [{ document: 'n', stateIn: ['NEW'] }] },
    { guards: [{ document: 'n', stateIn: [] }] },
  ),
  'guard.due': decides(
    { guards: [{ document: 'n', due: false }] },
    { guards: [{ document: 'n', due: true }] },
  ),
  'seqGuard.owner': decides(
    { guards: [{ owner: 'a', seq: 1 }] },
    { guards: [{ owner: 'b', seq: 1 }] },
  ),
  'seqGuard.seq': decides(
    { guards: [{ owner: 'a', seq: 1 }] },
    { guards: [{ owner: 'a', seq: 2 }] },
  ),
  'floor.account': decides(
    {
      floors: [{ account: 'b/available', floor: -1 }],
      moves: [move('b/available', 'b/held', 1)],
    },
    {
      floors: [{ account: 'c/available', floor: -1 }],
      moves: [move('b/available', 'b/held', 1)],
    },
  ),
  'floor.floor': decides(
    { floors: [{ account: 'a/available', floor: -1 }], moves: [{ legs, quantity: 6 }] },
    { floors: [{ account: 'a/available', floor: -1 }], moves: [{ legs, quantity: 7 }] },
  ),
  'move.legs': decides(
    { moves: [{ legs, quantity: 1 }] },
    { moves: [{ legs: [...legs, { from: 'b/available', to: 'b/held' }], quantity: 1 }] },
  ),
  'move.quantity': decides({ moves: [{ legs, quantity: 5 }] }, { moves: [{ legs, quantity: 6 }] }),
  'move.quantityMin': decides(
    { moves: [{ legs, quantity: 9, quantityMin: 5 }] },
    { moves: [{ legs, quantity: 9, quantityMin: 6 }] },
  ),
  'leg.from': decides(
    { moves: [move('a/available', 'a/held', 1)] },
    { moves: [move('a/safety', 'a/held', 1)] },
  ),
  'leg.to': leaves(
    { moves: [move('a/available', 'b/held', 1)] },
    { moves: [{ from: 'a/available', to: 'b/held', quantity: 1 }] },
  ),
  'destination.account': leaves({ moves: [one] }, { moves: [{ to: 'a/held' }] }),
  'destination.release': leaves(
    { moves: [one, move('a/held', { release: 'a' }, 1)] },
    { moves: [{ to: 'a/held' }, { to: 'a/available' }] },
  ),
  'write.frees': async (bench) => {
    const write = note('m', { frees: ['a/available'], deadline: { afterMs: 100 } });
    await bench.accept(bench.own({ writes: [write] }));
    bench.time.passMs(100);
    const refusal = await bench.refuse(bench.own({ moves: [one] }));
    assert.partialDeepStrictEqual(refusal, bench.own({ code: 'insufficient', due: ['m'] }));
  },
  'write.fresh': leaves(written({ fresh: true }), { documents: [{ id: 'm', version: 1 }] }),
  'write.id': leaves(written({}), { documents: [{ id: 'm' }] }),
  'write.kind': leaves(written({ kind: 'order' }), { documents: [{ kind: 'order' }] }),
  'write.state': leaves(written({ state: 'PAID' }), { documents: [{ state: 'PAID' }] }),
  'write.data': leaves(written({ data: { a: [1] } }), { documents: [{ data: { a: [1] } }] }),
  'write.buyer': leaves(written({ buyer: 'ann' }), { documents: [{ buyer: 'ann' }] }),
  'write.reference': leaves(written({ reference: 'o-1' }), { documents: [{ reference: 'o-1' }] }),
  'write.owners': leaves(written({ owners: ['a', 'b'] }), { documents: [{ owners: ['a', 'b'] }] }),
  'write.releaseTo': leaves(
    {
      writes: [{ ...poolWrite('a'), releaseTo: 'a/offered' }],
    },
    { documents: [{ releaseTo: 'a/offered' }] },
  ),
  'write.deadline': leavesAt((startMs) => [
    written({ deadline: { afterMs: 5 } }),
    { documents: [{ deadlineMs: startMs + 5 }] },
  ]),
  'write.claims': leaves(written({ claims: [held] }), { documents: [{ claims: [held] }] }),
  'write.final': leaves(written({ final: true }), { documents: [{ final: true }] }),
  'write.tentative': leaves(written({ tentative: true }), { documents: [{ tentative: true }] }),
  'deadline.afterMs': leavesAt((startMs) => [
    written({ deadline: { afterMs: 7 } }),
    { documents: [{ deadlineMs: startMs + 7 }] },
  ]),
  'deadline.notBeforeMs': leavesAt((startMs) => [
    written({ deadline: { afterMs: 7, notBeforeMs: startMs + 9 } }),
    { documents: [{ deadlineMs: startMs + 9 }] },
  ]),
  'deadline.notAfterMs': leavesAt((startMs) => [
    written({ deadline: { afterMs: 7, notAfterMs: startMs + 5 } }),
    { documents: [{ deadlineMs: startMs + 5 }] },
  ]),
  'deadline.keep': leavesAt((startMs) => [
    { writes: [note('n', { deadline: { keep: true } })] },
    { documents: [{ version: 2, deadlineMs: startMs + 100 }] },
  ]),
  'claim.account': leaves(written({ claims: [held] }), {
    documents: [{ claims: [{ account: 'a/held' }] }],
  }),
  'claim.undo': leaves(written({ claims: [held] }), {
    documents: [{ claims: [{ undo: 'a/available' }] }],
  }),
  'claim.quantity': leaves(written({ claims: [held] }), {
    documents: [{ claims: [{ quantity: 1 }] }],
  }),
  'moveClaim.move': leaves(byMove, byMoveLeaves),
  'moveClaim.leg': leaves(byMove, byMoveLeaves),
  'moveClaim.undo': leaves(byMove, byMoveLeaves),
  'event.type': leaves({ events: [{ type: 't', subject: 's' }] }, { events: [{ type: 't' }] }),
  'event.subject': leaves(
    { events: [{ type: 't', subject: 's' }] },
    { events: [{ subject: 's' }] },
  ),
  'event.data': leaves(
    { events: [{ type: 't', subject: 's', data: { a: 1 } }] },
    { events: [{ data: { a: 1 } }] },
  ),
};

export const operators: Behaviour = { title: 'every operator', shared: true, cases: OPERATORS };
