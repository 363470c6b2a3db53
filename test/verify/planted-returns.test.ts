// Damage to returns is found: units at the dock that no return has, a return that goes on after its end,
// a unit that was sold without a verdict; from the first entry and from a checkpoint.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Entry } from '../../src/engines/contract.ts';
import { verify } from '../../src/verify/verify.ts';
import { ReturningShop } from '../support/returning.ts';
import { accepted } from '../support/shop.ts';
import { checkpointAt } from './checkpoint-at.ts';
import { damaged } from './damaged-engine.ts';

let shop: ReturningShop;
let whole: Entry[];
beforeEach(async () => {
  shop = await ReturningShop.open(['tea']);
  const id = await shop.requested(2);
  const other = await shop.requested(2);
  accepted(await shop.returns.receive({ return: id, lines: [{ line: 0, quantity: 2 }] }));
  const lines = [{ line: 0, quantity: 1, verdict: 'sellable' as const }];
  accepted(await shop.returns.inspect({ return: id, lines }));
  accepted(await shop.returns.cancel({ return: other }));
  whole = await shop.shop.engine.entries({ after: 0, limit: 1_000 });
});
afterEach(() => shop.close());

/** The problems of a journal in which the entry that tells of such an event was changed. */
async function problemsOf(type: string, change: (entry: Entry) => void): Promise<string> {
  const entries = (all: Entry[]) => {
    change(all.find(({ events }) => events.some((event) => event.type === type))!);
    return all;
  };
  const report = await verify(damaged(shop.shop.engine, { entries }));
  return report.problems.map(({ what }) => what).join('\n');
}

const returnIn = (entry: Entry) => entry.documents.find(({ kind }) => kind === 'return')!;

describe('damage to returns is found', () => {
  it('units on their way that no return has', async () => {
    const problems = await problemsOf('return.requested', (entry) => {
      returnIn(entry).claims = [];
    });
    assert.match(problems, /tea\/returning holds 2, its documents claim 0/);
  });

  it('units that left the dock without their return', async () => {
    const problems = await problemsOf('return.received', (entry) => {
      entry.moves = entry.moves.map((move) => ({ ...move, to: 'tea/available' }));
    });
    assert.match(problems, /tea\/inspecting holds 0, its documents claim 2/);
  });

  it('a return that goes on after its end', async () => {
    const problems = await problemsOf('return.received', (entry) => {
      Object.assign(returnIn(entry), { state: 'CANCELLED', final: true });
    });
    assert.match(problems, /goes on from its final state CANCELLED to INSPECTING/);
  });

  it('in a checkpoint that lost an open one, and nothing where it has all', async () => {
    const { engine } = shop.shop;
    const fromCheckpoint = checkpointAt(whole, whole.length);
    assert.deepEqual((await verify(engine, { fromCheckpoint })).problems, []);
    const documents = [...fromCheckpoint.documents].filter(({ kind }) => kind !== 'return');
    const lost = { ...fromCheckpoint, documents };
    const { problems } = await verify(engine, { fromCheckpoint: lost });
    const said = problems.map(({ what }) => what).join('\n');
    assert.match(said, /tea\/inspecting holds 1, its documents claim 0/);
  });
});
