// Honest buyers while all of that goes on: each has an address, joins, waits, solves, buys one unit and pays. Whatever
// else they meet at the first try is written down as what it was.

import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../../test/crash/random.ts';
import type { Door } from './door.ts';
import { type Field, times } from './field.ts';
import { TurnedAway, type Visitor } from './visitor.ts';

export interface Honest {
  /** `order`, or what they met instead. */
  outcome: string;
  order?: string;
  paid: boolean;
  /** From joining, or from the opening, until they had a pass. */
  waitedMs: number;
  /** Asked for a place, how it stands or a challenge again, because the servers had too much to do. */
  askedAgain: number;
  /** Of the checkout alone. */
  answeredMs: number;
}

const LOOKS_EVERY_MS = 1_000;

/** Before the opening. */
export async function joinHonest(field: Field): Promise<Visitor[]> {
  const early = times(Math.floor(field.sizes.honest / 2), (index) => honestOf(field, index));
  await Promise.all(early.map((visitor) => visitor.join()));
  return early;
}

/** After it. @param onDone after each of them */
export function buyHonestly(
  field: Field,
  early: readonly Visitor[],
  onDone: () => void,
): Promise<Honest[]> {
  const { honest, seconds } = field.sizes;
  const random = new Random(1);
  const late = times(honest - early.length, (index) => honestOf(field, early.length + index));
  const one = async (visitor: Visitor, afterMs: number, isEarly: boolean) => {
    await wait(afterMs);
    const told = await buyOnce(field, visitor, isEarly);
    onDone();
    return told;
  };
  return Promise.all([
    ...early.map((visitor) => one(visitor, random.fraction() * LOOKS_EVERY_MS, true)),
    ...late.map((visitor) => one(visitor, random.fraction() * seconds * 1_000, false)),
  ]);
}

async function buyOnce({ door }: Field, visitor: Visitor, isEarly: boolean): Promise<Honest> {
  const cameMs = performance.now();
  const told: Honest = { outcome: '', paid: false, waitedMs: 0, askedAgain: 0, answeredMs: 0 };
  try {
    if (!isEarly) await visitor.join();
    const pass = await visitor.waitForPass(LOOKS_EVERY_MS);
    if (pass === undefined) return { ...told, outcome: 'the pass lapsed' };
    told.waitedMs = performance.now() - cameMs;
    const solution = await visitor.solution();
    const askedMs = performance.now();
    const reply = await visitor.buy({ pass, solution }, true);
    told.answeredMs = performance.now() - askedMs;
    told.outcome = reply.code;
    if (reply.code === 'order') await pay(door, visitor.at, told, reply.body.orderId);
  } catch (error) {
    if (!(error instanceof TurnedAway)) throw error;
    told.outcome = error.message;
  }
  told.askedAgain = visitor.askedAgain;
  return told;
}

async function pay(door: Door, at: number, told: Honest, order: string): Promise<void> {
  told.order = order;
  const paid = await door.ask({ path: `/v1/orders/${order}/paid`, at });
  told.paid = paid.status === 200;
  if (!told.paid) told.outcome = `not paid: ${paid.code}`;
}

function honestOf(field: Field, index: number): Visitor {
  const solver = field.door.honestSolver;
  return field.visitor(`honest-${index}`, { address: honestAddress(index), solver });
}

/** Those who forge headers name these, too. */
export function honestAddress(index: number): string {
  return `10.2.${index >> 8}.${index & 255}`;
}
