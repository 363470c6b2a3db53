// Attacks by number: many accounts at one address, and one account with many addresses. Both solve what they are asked
// to solve and wait in the line as anybody does; only the limits stand against them.

import type { Reply } from './door.ts';
import { type Field, PER_ADDRESS, PER_BUYER, times } from './field.ts';
import type { Buying, Visitor } from './visitor.ts';

const ADDRESS = '203.0.113.66';
const LOOKS_EVERY_MS = 3_000;
/** Short, so that what they do not pay for comes back and others of them take it. */
const HOLD_FOR = '2s';
/** So many of them solve again what is not good any more, which costs them more each time: it is what they are odd for. */
const PERSISTENT = 20;

/**
 * They solve their challenges before anybody has noticed them, which is when those are cheap. Their passes lapse, as
 * those of nobody else do.
 */
export async function accountsAtOneAddress(field: Field, onDone: () => void): Promise<void> {
  const { accounts } = field.sizes;
  const note = field.tally.row('one address', `${accounts} accounts`, {
    admits: { atLeast: PER_ADDRESS },
    mayAnswer: ['limit-exceeded:address', 'challenge-failed:expired'],
  });
  const one = async (index: number) => {
    const visitor = field.visitor(`account-${index}`, { address: ADDRESS });
    const solution = await visitor.solution();
    const pass = await visitor.enter(LOOKS_EVERY_MS);
    const shown = { pass, solution, holdFor: HOLD_FOR };
    note(await oneOfMany(visitor, shown, index));
    onDone();
  };
  await Promise.all(times(accounts, one));
}

/** One account comes once more with each order that it made, a third of its addresses at a time. */
export async function addressesOfOneAccount(field: Field, onDone: () => void): Promise<void> {
  const { addresses } = field.sizes;
  const note = field.tally.row('one account', `${addresses} addresses`, {
    admits: { exactly: PER_BUYER },
    mayAnswer: ['pass-used', 'limit-exceeded:buyer', 'rate-limited', 'challenge-failed:expired'],
  });
  const mallory = field.visitor('mallory');
  // It comes from everywhere: the count for each address is nothing that it meets.
  field.addresses.delete('mallory');
  const froms = times(addresses, (index) => ({
    forwardedFor: `10.1.${index >> 8}.${index & 255}`,
  }));
  const rounds = PER_BUYER + 1;
  for (let round = 0; round < rounds; round += 1) {
    const mine = froms.filter((_, index) => index % rounds === round);
    const solutions = await mallory.solutions(mine.length);
    const pass = await mallory.enter();
    const tried = mine.map(async (from, index) => {
      const shown = { pass, solution: solutions[index], from, at: index };
      note(await oneOfMany(mallory, shown, index));
      onDone();
    });
    await Promise.all(tried);
  }
}

function oneOfMany(visitor: Visitor, shown: Buying, index: number): Promise<Reply> {
  return index < PERSISTENT ? visitor.buyInTheEnd(shown) : visitor.buy(shown);
}
