// What the load does, a row per operation with its share of all: each asks the server for one thing
// and writes down what it was told. Checks what an answer alone can show; units are counted at the end.

import { randomUUID } from 'node:crypto';
import type { Answer, HoldfastClient, Reservation } from '../src/client/index.ts';
import type { Carts } from './carts.ts';
import type { Ledger } from './ledger.ts';
import { drawBuyer, drawPool, drawPools, oneOf, SHOP, upTo } from './shop.ts';

export interface Floor {
  client: HoldfastClient;
  ledger: Ledger;
  carts: Carts;
  /** The longest hold; a fifth of the carts have a tenth of it. */
  holdSeconds: number;
}

type Operation = (floor: Floor) => Promise<void>;

/** Shares of 100. */
export const OPERATIONS: Readonly<Record<string, readonly [share: number, run: Operation]>> = {
  reserve: [38, reserve],
  confirm: [12, confirm],
  cancel: [9, cancel],
  extend: [3, extend],
  change: [4, change],
  return: [3, giveBack],
  repeat: [2, repeat],
  receive: [3, receive],
  adjust: [1, adjust],
  transfer: [1, transfer],
  pool: [8, readPool],
  availability: [4, readAvailability],
  reservation: [10, readReservation],
  list: [1.5, list],
  journal: [0.5, readJournal],
};

const NAMES = Object.keys(OPERATIONS);
const SHARES_SUM = NAMES.reduce((sum, name) => sum + OPERATIONS[name]![0], 0);

export function drawOperation(): string {
  let left = Math.random() * SHARES_SUM;
  for (const name of NAMES) {
    left -= OPERATIONS[name]![0];
    if (left < 0) return name;
  }
  return NAMES[0]!;
}

/** What was accepted, or nothing; either way it is written down. */
function taken<T>({ ledger }: Floor, operation: string, answer: Answer<T>): T | undefined {
  if (answer.ok) {
    ledger.accept(operation);
    return answer.value;
  }
  ledger.refuse(answer.code);
  // Being turned away for want of time is an answer; any other fault of the server's is none.
  if (answer.status >= 500 && answer.code !== 'overloaded')
    ledger.mistake(`${operation}: ${answer.status} ${answer.code}`);
  return undefined;
}

function drawCart({ holdSeconds }: Floor) {
  const partial = Math.random() < 0.15;
  const lines = drawPools().map((pool) => ({
    pool,
    quantity: upTo(partial ? 6 : 2),
    ...(partial ? { quantityMin: 1 } : {}),
  }));
  const seconds = Math.random() < 0.2 ? holdSeconds / 10 : holdSeconds * (0.5 + Math.random() / 2);
  const holdFor = `${Math.max(1_000, Math.round(seconds * 1_000))}ms`;
  const reference = Math.random() < 0.3 ? { reference: `order-${upTo(1_000_000)}` } : {};
  return { lines, buyer: drawBuyer(), holdFor, ...reference };
}

async function reserve(floor: Floor): Promise<void> {
  const made = taken(floor, 'reserve', await floor.client.reserve(drawCart(floor)));
  if (made !== undefined) floor.carts.keep(made);
}

async function confirm(floor: Floor): Promise<void> {
  const cart = floor.carts.draw();
  if (cart === undefined) return;
  const kept = Math.random() < 0.1 ? { lines: [lineOf(cart)] } : {};
  const answer = await floor.client.confirm({ reservation: cart.id, ...kept });
  const sold = taken(floor, 'confirm', answer);
  if (sold === undefined) return;
  for (const { pool, confirmed = 0 } of sold.lines) floor.ledger.pool(pool).sold += confirmed;
  floor.carts.keepSold(sold);
}

async function cancel(floor: Floor): Promise<void> {
  const cart = floor.carts.draw();
  if (cart === undefined) return;
  taken(floor, 'cancel', await floor.client.cancel({ reservation: cart.id }));
}

async function extend(floor: Floor): Promise<void> {
  const cart = floor.carts.draw();
  if (cart === undefined) return;
  const holdFor = `${Math.max(1, Math.round(floor.holdSeconds))}s`;
  const answer = await floor.client.extend({ reservation: cart.id, holdFor });
  floor.carts.keep(taken(floor, 'extend', answer) ?? cart);
}

async function change(floor: Floor): Promise<void> {
  const cart = floor.carts.draw();
  if (cart === undefined) return;
  const lines = drawPools().map((pool) => ({ pool, quantity: upTo(2) }));
  const answer = await floor.client.change({ reservation: cart.id, lines });
  floor.carts.keep(taken(floor, 'change', answer) ?? cart);
}

async function giveBack(floor: Floor): Promise<void> {
  const bought = floor.carts.drawSold();
  const line = bought?.lines.find(({ confirmed = 0 }) => confirmed > 0);
  if (bought === undefined || line === undefined) return;
  const lines = [{ pool: line.pool, quantity: upTo(line.confirmed!) }];
  const answer = await floor.client.return({ reservation: bought.id, lines });
  if (taken(floor, 'return', answer) === undefined) return;
  floor.ledger.pool(line.pool).sold -= lines[0]!.quantity;
}

/** The same command twice under one key has one effect. */
async function repeat(floor: Floor): Promise<void> {
  const [cart, key] = [drawCart(floor), randomUUID()];
  const first = taken(floor, 'repeat', await floor.client.reserve(cart, { key }));
  if (first === undefined) return;
  floor.carts.keep(first);
  const second = await floor.client.reserve(cart, { key });
  if (!second.ok || !second.repeated || second.value.id !== first.id) {
    floor.ledger.mistake(`repeat: ${JSON.stringify(second).slice(0, 200)}`);
  }
}

async function receive(floor: Floor): Promise<void> {
  await fill(floor, drawPool());
}

/** Brings a pool up to its target, so that the shop sells for ever. */
export async function fill(floor: Floor, pool: string): Promise<void> {
  const seen = taken(floor, 'pool', await floor.client.pool(pool));
  if (seen === undefined) return;
  const quantity = Math.max(1, SHOP.target(pool) - seen.available - seen.held);
  const came = taken(floor, 'receive', await floor.client.receive({ pool, quantity }));
  if (came !== undefined) floor.ledger.pool(pool).came += quantity;
}

async function adjust(floor: Floor): Promise<void> {
  const [pool, quantity] = [drawPool(), oneOf([-2, -1, 1, 2])];
  const answer = await floor.client.adjust({ pool, quantity, reason: 'counted' });
  if (taken(floor, 'adjust', answer) !== undefined) floor.ledger.pool(pool).came += quantity;
}

async function transfer(floor: Floor): Promise<void> {
  const from = drawPool();
  const to = from.endsWith('a') ? `${from.slice(0, -1)}b` : `${from.slice(0, -1)}a`;
  const quantity = upTo(3);
  const answer = await floor.client.transfer({ from, to, quantity });
  if (taken(floor, 'transfer', answer) === undefined) return;
  floor.ledger.pool(from).came -= quantity;
  floor.ledger.pool(to).came += quantity;
}

async function readPool(floor: Floor): Promise<void> {
  const seen = taken(floor, 'pool', await floor.client.pool(drawPool()));
  if (seen !== undefined && (seen.available < 0 || seen.held < 0)) {
    floor.ledger.mistake(`pool below zero: ${JSON.stringify(seen)}`);
  }
}

async function readAvailability(floor: Floor): Promise<void> {
  taken(floor, 'availability', await floor.client.availability(drawPools()));
}

async function readReservation(floor: Floor): Promise<void> {
  const cart = floor.carts.draw();
  if (cart === undefined) return;
  const seen = taken(floor, 'reservation', await floor.client.reservation(cart.id));
  if (seen?.status === 'HELD') floor.carts.keep(cart);
}

async function list(floor: Floor): Promise<void> {
  const status = oneOf(['HELD', 'CONFIRMED', 'CANCELLED', 'EXPIRED'] as const);
  const query = oneOf([{ buyer: drawBuyer() }, { status }, { pool: drawPool() }]);
  taken(floor, 'list', await floor.client.reservationPage({ ...query, limit: 20 }));
}

async function readJournal(floor: Floor): Promise<void> {
  const after = upTo(100_000);
  taken(floor, 'journal', await floor.client.journalPage({ after, limit: 20 }));
}

function lineOf({ lines }: Reservation): { pool: string; quantity: number } {
  const { pool, quantity } = oneOf(lines);
  return { pool, quantity };
}
