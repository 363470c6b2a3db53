// Attacks with what was genuine once: a pass, a solution or a place shown again, at the same server, at another one,
// and after all of them were started again.

import { type Field, times } from './field.ts';
import { genuinely } from './genuine.ts';
import { packed, unpacked } from './proof-of-work.ts';
import type { Visitor } from './visitor.ts';

/** Used before the servers are started again. */
export interface Used {
  passes: { visitor: Visitor; pass: string }[];
  solutions: { visitor: Visitor; solution: string }[];
}

const AGAIN = 3;
const REPLAYED = 'replayed';
const USED = { mayAnswer: ['challenge-failed:used'] };

export async function replays(field: Field): Promise<Used['passes']> {
  const { each } = field.sizes;
  const [passes] = await Promise.all([
    Promise.all(times(each, (index) => replayPass(field, index))),
    ...times(each, (index) => replaySolution(field, index)),
    ...times(each, (index) => replayElsewhere(field, index)),
    ...times(each, (index) => shareOnePlace(field, index)),
  ]);
  return passes;
}

/** A moment before the servers are started again, so that no solution is past its time when it is shown again. */
export async function useBeforeRestart(field: Field): Promise<Used['solutions']> {
  return Promise.all(times(field.sizes.each, (index) => useSolution(field, `kept-${index}`)));
}

async function replayPass(field: Field, index: number): Promise<Used['passes'][number]> {
  const { tally, servers } = field;
  const visitor = field.visitor(`again-${index}`);
  const [solution, ...fresh] = await visitor.solutions(1 + AGAIN * servers.length);
  const pass = await visitor.enter();
  const key = `again-${index}`;
  const genuine = tally.row('genuine', 'a command, and again under its key: one order', {
    admits: { exactly: 1 },
  });
  genuine(await visitor.buy({ pass, solution, key }));
  for (const at of servers) genuine(await visitor.buy({ pass, solution, key, at }));
  const note = tally.row(REPLAYED, 'a pass again', { mayAnswer: ['pass-used'] });
  const tries = fresh.map((each, at) => visitor.buy({ pass, solution: each, at }));
  for (const reply of await Promise.all(tries)) note(reply);
  return { visitor, pass };
}

interface UsedOne {
  visitor: Visitor;
  pass: string;
  solution: string;
  /** Of the same challenge. */
  another: string;
  fresh: string;
}

/** Uses a solution for what is refused, which leaves the pass good. Everything is solved before that is given. */
async function useSolution(field: Field, buyer: string): Promise<UsedOne> {
  const visitor = field.visitor(buyer);
  const [solution = '', fresh = ''] = await visitor.solutions(2);
  const { challenge, solution: found } = unpacked(solution);
  const next = await field.door.solver.solve(challenge, found.counter + 1);
  const pass = await visitor.enter();
  const note = field.tally.row('genuine', 'more than the limit, with pass and solution', {
    mayAnswer: ['limit-exceeded:buyer'],
  });
  note(await visitor.buy({ pass, solution, quantity: 3 }));
  return { visitor, pass, solution, another: packed(challenge, next), fresh };
}

async function replaySolution(field: Field, index: number): Promise<void> {
  const { visitor, pass, solution, another, fresh } = await useSolution(field, `solved-${index}`);
  const note = field.tally.row(REPLAYED, 'a solution again, at the same server', USED);
  const other = field.tally.row(REPLAYED, 'another solution of the same challenge', USED);
  for (let again = 0; again < AGAIN; again += 1) note(await visitor.buy({ pass, solution }));
  other(await visitor.buy({ pass, solution: another }));
  await genuinely(field, visitor, { pass, solution: fresh });
}

async function replayElsewhere(field: Field, index: number): Promise<void> {
  if (field.servers.length < 2) return;
  const { visitor, pass, solution, fresh } = await useSolution(field, `elsewhere-${index}`);
  const note = field.tally.row(REPLAYED, 'a solution again, at another server', USED);
  note(await visitor.buy({ pass, solution, at: visitor.at + 1 }));
  await genuinely(field, visitor, { pass, solution: fresh });
}

/** All who show it are its buyer, and together they get one order. */
async function shareOnePlace(field: Field, index: number): Promise<void> {
  const SHOWN = 50;
  const visitor = field.visitor(`shared-${index}`);
  const solutions = await visitor.solutions(SHOWN / 5);
  await visitor.enter();
  const shows = times(SHOWN, (at) => visitor.show({ forwardedFor: `10.6.${index}.${at}` }));
  const passes = (await Promise.all(shows)).map(({ body }) => body.pass as string);
  const note = field.tally.row(REPLAYED, 'a place shown by 50: one pass, one order', {
    admits: { exactly: 1 },
    mayAnswer: ['pass-used'],
  });
  const tries = solutions.map((solution, at) =>
    visitor.buy({ pass: passes[at * 5]!, solution, at }),
  );
  for (const reply of await Promise.all(tries)) note(reply);
}

/** Once the servers were started again. */
export async function replaysAfterRestart(field: Field, used: Used): Promise<void> {
  const { tally } = field;
  const passAgain = tally.row(REPLAYED, 'a pass again, after a restart', {
    mayAnswer: ['pass-used'],
  });
  const solutionAgain = tally.row(REPLAYED, 'a solution again, after a restart', {
    mayAnswer: ['challenge-failed:used', 'challenge-failed:expired'],
  });
  const passes = used.passes.map(async ({ visitor, pass }) =>
    passAgain(await visitor.buy({ pass, solution: await visitor.solution() })),
  );
  const solutions = used.solutions.map(async ({ visitor, solution }) => {
    const fresh = await visitor.solution();
    const pass = await visitor.enter();
    solutionAgain(await visitor.buy({ pass, solution }));
    await genuinely(field, visitor, { pass, solution: fresh });
  });
  await Promise.all([...passes, ...solutions]);
}
