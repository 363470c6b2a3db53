// Attacks with what is genuine and somebody else's, and with one pass or one solution used many times at once.

import { type Field, times } from './field.ts';

const AT_ONCE = 6;
const PASS = { mayAnswer: ['pass-invalid'] };
const SOLUTION = { mayAnswer: ['challenge-failed:of-another'] };

export async function thefts(field: Field): Promise<void> {
  await Promise.all(
    times(field.sizes.each, (index) => [
      steal(field, index),
      racePass(field, index),
      raceSolution(field, index),
    ]).flat(),
  );
}

/** Both get what is theirs in the end. */
async function steal(field: Field, index: number): Promise<void> {
  const { tally } = field;
  const victim = field.visitor(`victim-${index}`);
  const thief = field.visitor(`thief-${index}`);
  const [his = '', ...own] = [await victim.solution(), ...(await thief.solutions(2))];
  const [pass, ownPass] = await Promise.all([victim.enter(), thief.enter()]);
  const note = (how: string, options: { mayAnswer: string[] }) => tally.row('stolen', how, options);
  note("another buyer's pass", PASS)(await thief.buy({ pass, solution: own[0] }));
  const used = await thief.buy({ pass: ownPass, solution: his });
  note("another buyer's solution", SOLUTION)(used);
  note("another buyer's pass and solution", {
    mayAnswer: [...PASS.mayAnswer, ...SOLUTION.mayAnswer],
  })(await thief.buy({ pass, solution: his }));
  const genuine = tally.row('genuine', 'the same attempt with what is good', {
    admits: { exactly: 2 },
  });
  genuine(await thief.buyInTheEnd({ pass: ownPass, solution: own[1] }));
  genuine(await victim.buyInTheEnd({ pass, solution: his }));
}

async function racePass(field: Field, index: number): Promise<void> {
  const visitor = field.visitor(`racer-${index}`);
  const solutions = await visitor.solutions(AT_ONCE);
  const pass = await visitor.enter();
  const note = field.tally.row('stolen', `one pass used by ${AT_ONCE} at once: one order`, {
    admits: { exactly: 1 },
    mayAnswer: ['pass-used'],
  });
  const tries = solutions.map((solution, at) => visitor.buy({ pass, solution, at }));
  for (const reply of await Promise.all(tries)) note(reply);
}

/** What is refused leaves the pass good: only the solution stands between the others and an answer. */
async function raceSolution(field: Field, index: number): Promise<void> {
  const visitor = field.visitor(`sprinter-${index}`);
  const solution = await visitor.solution();
  const pass = await visitor.enter();
  const replies = await Promise.all(
    times(AT_ONCE, (at) => visitor.buy({ pass, solution, at, quantity: 3 })),
  );
  const through = replies.filter(({ code }) => code === 'limit-exceeded:buyer');
  const genuine = field.tally.row('genuine', 'more than the limit, with pass and solution', {
    mayAnswer: ['limit-exceeded:buyer'],
  });
  // One of them used it.
  if (through.length > 0) genuine(through.pop()!);
  const note = field.tally.row('stolen', `one solution used by ${AT_ONCE} at once: once`, {
    mayAnswer: ['challenge-failed:used'],
  });
  for (const reply of replies) if (reply.code !== 'limit-exceeded:buyer') note(reply);
  for (const reply of through) note(reply);
}
