// Attacks with what was never genuine: passes, places and solutions of which something is wrong, everything else about
// the attempt being right. Each ends with the same attempt with what is good, which makes an order.

import { randomUUID } from 'node:crypto';
import { TokenSigner } from '../../src/admission/signed-token.ts';
import { RoomTokens } from '../../src/admission/waiting-room/room-tokens.ts';
import { type Field, times } from './field.ts';
import { forgedSolutions, lateSolution, otherwiseSealed } from './forged-solutions.ts';
import { forgedTokens } from './forged-tokens.ts';
import { genuinely } from './genuine.ts';
import { OTHER_SALE, SALE } from './visitor.ts';

/** Bytes that no text of a pass has are refused for their shape. */
const PASS = { mayAnswer: ['pass-invalid', 'invalid-request'] };
const PLACE = { mayAnswer: ['unknown-place', 'invalid-request'] };
const NOT_ADMITTED = { mayAnswer: ['not-admitted'] };
const WRONG = {
  mayAnswer: ['challenge-failed:wrong', 'challenge-failed:of-another'],
};
/** More than there are forgeries of one pass; what is over is not used. */
const SOLUTIONS = 130;
const DAY_MS = 86_400_000;

export async function forgeries(field: Field): Promise<void> {
  await Promise.all(
    times(field.sizes.each, (index) => [
      forgePasses(field, index),
      forgePlaces(field, index),
      forgeSolutions(field, index),
      confuse(field, index),
      comeLate(field, index),
    ]).flat(),
  );
}

async function forgePasses(field: Field, index: number): Promise<void> {
  const { tally, secret } = field;
  const buyer = `forger-${index}`;
  const visitor = field.visitor(buyer);
  const solutions = await visitor.solutions(SOLUTIONS);
  const genuine = await visitor.enter();
  const other = { id: randomUUID(), untilMs: Date.now() + DAY_MS };
  const forged = forgedTokens(genuine, { kind: 'pass', secret, other });
  const tries = forged.map(async ({ how, token }) => {
    const note = tally.row('forged', `pass: ${how}`, PASS);
    const named = buyerOf(token);
    if (named === undefined || named === buyer) {
      note(await visitor.buy({ pass: token, solution: solutions.pop()! }));
    } else {
      // Whoever it names now is who shows it.
      const solution = await field.visitor(named).solution();
      note(await visitor.buy({ pass: token, solution, buyer: named }));
    }
  });
  await Promise.all(tries);
  tally.row(
    'forged',
    'pass: none',
    NOT_ADMITTED,
  )(await visitor.buy({ solution: solutions.pop()! }));
  await genuinely(field, visitor, { pass: genuine, solution: solutions.pop()! });
}

async function forgePlaces(field: Field, index: number): Promise<void> {
  const { tally, secret, door } = field;
  const visitor = field.visitor(`placed-${index}`);
  await visitor.join();
  const other = { id: randomUUID(), rank: 0 };
  const forged = forgedTokens(visitor.place, { kind: 'place', secret, other });
  const tries = forged.map(async ({ how, token }) => {
    const note = tally.row('forged', `place: ${how}`, PLACE);
    const shown = await visitor.show(visitor.from, token);
    note(shown);
    const path = `/v1/sales/${SALE}/places/leave`;
    note(await door.ask({ path, body: { place: token }, at: visitor.at }));
  });
  await Promise.all(tries);
  const solution = await visitor.solution();
  await genuinely(field, visitor, { pass: await visitor.enter(), solution });
}

async function forgeSolutions(field: Field, index: number): Promise<void> {
  const { tally, secret } = field;
  const buyer = `solver-${index}`;
  const visitor = field.visitor(buyer);
  const solution = await visitor.solution();
  const elsewhere = await field.visitor(buyer, { sale: OTHER_SALE }).solution();
  const late = await lateSolution(secret, { sale: SALE, buyer });
  const pass = await visitor.enter();
  const forged = [...forgedSolutions(solution), ...otherwiseSealed(secret, solution)];
  const tries = forged.map(async ({ how, token }) =>
    tally.row('forged', `solution: ${how}`, WRONG)(await visitor.buy({ pass, solution: token })),
  );
  await Promise.all(tries);
  const others: [string, string | undefined, string][] = [
    ["another sale's", elsewhere, 'challenge-failed:of-another'],
    ['past its time', late, 'challenge-failed:expired'],
    ['none', undefined, 'challenge-required'],
  ];
  for (const [how, text, code] of others) {
    const note = tally.row('forged', `solution: ${how}`, { mayAnswer: [code] });
    note(await visitor.buy({ pass, solution: text }));
  }
  await genuinely(field, visitor, { pass, solution });
}

/** Tokens that are genuine, and for something else. */
async function confuse(field: Field, index: number): Promise<void> {
  const { tally } = field;
  const visitor = field.visitor(`mixed-${index}`);
  const away = field.visitor(`mixed-${index}`, { sale: OTHER_SALE });
  const [one, two, three] = await visitor.solutions(3);
  // Its own last, so that it is not past its time at the end.
  const foreign = await away.enter();
  const pass = await visitor.enter();
  const note = (how: string, options: { mayAnswer: string[] }) => tally.row('forged', how, options);
  note('a place shown as a pass', PASS)(await visitor.buy({ pass: visitor.place, solution: one }));
  note("pass: another sale's", PASS)(await visitor.buy({ pass: foreign, solution: two }));
  note('a pass shown as a place', PLACE)(await visitor.show(visitor.from, pass));
  note("place: another sale's", PLACE)(await visitor.show(visitor.from, away.place));
  await genuinely(field, visitor, { pass, solution: three! });
}

/** Past their time: one that was given a while ago, and one that says so under the servers' own secret. */
async function comeLate(field: Field, index: number): Promise<void> {
  const { tally, secret } = field;
  const buyer = `late-${index}`;
  const note = tally.row('forged', 'pass: past its time', NOT_ADMITTED);
  const away = field.visitor(buyer, { sale: OTHER_SALE });
  const pass = await away.enter();
  const solution = await away.solution();
  const until = untilOf(pass);
  // The store's clock and this one are of one machine.
  while (Date.now() <= until) await new Promise((resolve) => setTimeout(resolve, 100));
  note(await away.buy({ pass, solution }));
  const visitor = field.visitor(buyer);
  const tokens = new RoomTokens(new TokenSigner(secret));
  const late = tokens.pass({ id: randomUUID(), sale: SALE, buyer, untilMs: Date.now() - 1 });
  note(await visitor.buy({ pass: late, solution: await visitor.solution() }));
}

function read(token: string): { buyer?: unknown; untilMs?: unknown } {
  try {
    return JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) ?? {};
  } catch {
    return {};
  }
}

/** What it says, where it still says something that may be a name. */
function buyerOf(token: string): string | undefined {
  const { buyer } = read(token);
  return typeof buyer === 'string' && /^[\w-]+$/.test(buyer) ? buyer : undefined;
}

function untilOf(pass: string): number {
  return Number(read(pass).untilMs);
}
