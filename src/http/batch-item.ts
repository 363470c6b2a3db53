// Runs one item of a batch: its own shape, its own key, its own answer. Whatever is wrong with it ends
// here, as a problem among the results; nothing of it may reach its neighbours.

import type { JsonObject } from '../engines/contract.ts';
import { HoldfastError } from '../errors.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import type { Reservation } from '../kernel/reservation.ts';
import type { Ack } from '../stock/acknowledging.ts';
import type { Answer, CallOptions, Stock } from '../stock.ts';
import { covers, type Role } from './access/roles.ts';
import { ROUTE_ROLES } from './access/route-roles.ts';
import { shapeCheck } from './check-shape.ts';
import { readDurations } from './durations-of-body.ts';
import { showReservation } from './outside.ts';
import { poisonedName } from './poisoned-names.ts';
import { type ProblemCode, problem } from './problem.ts';
import { BATCH_ITEMS } from './shapes/requests.ts';

type BatchOp = keyof typeof BATCH_ITEMS;

export interface ItemCall {
  stock: Stock;
  item: unknown;
  /** For an item that brings no key of its own. */
  madeKey: string;
  principal: string;
  role: Role;
  preferred: { ack?: Ack };
}

type Run = (
  stock: Stock,
  body: never,
  call: CallOptions,
) => Promise<Answer<Reservation>> | Answer<Reservation>;

const SHAPES = Object.fromEntries(
  Object.entries(BATCH_ITEMS).map(([op, shape]) => [op, shapeCheck(shape, 'item')]),
) as Record<BatchOp, ReturnType<typeof shapeCheck>>;

const RUNS: Record<BatchOp, { status: number; run: Run }> = {
  reserve: { status: 201, run: reserve },
  confirm: { status: 200, run: (stock, body, call) => stock.confirm(body, call) },
  cancel: { status: 200, run: (stock, body, call) => stock.cancel(body, call) },
  extend: { status: 200, run: extend },
  change: { status: 200, run: (stock, body, call) => stock.change(body, call) },
  return: { status: 200, run: (stock, body, call) => stock.return(body, call) },
};

const KEY = /^[ -~]{1,256}$/;
const KEY_EXPECTED = 'one key of 1 to 256 printable ASCII characters';

/** The item's result as JSON text, so that nothing walks it a second time. */
export async function itemResult({
  stock,
  item,
  madeKey,
  principal,
  role,
  preferred,
}: ItemCall): Promise<string> {
  let key: string | undefined = madeKey;
  try {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      return problemResult(key, invalid('item', 'an object'));
    }
    const { key: given, op = 'reserve', ...body } = item as Record<string, unknown>;
    if (given !== undefined) {
      key = typeof given === 'string' && KEY.test(given) ? given : undefined;
      if (key === undefined) return problemResult(key, invalid('key', KEY_EXPECTED));
    }
    if (typeof op !== 'string' || !Object.hasOwn(RUNS, op)) {
      return problemResult(key, invalid('op', Object.keys(RUNS).join(', ')));
    }
    const verb = op as BatchOp;
    const needed = ROUTE_ROLES[`POST /v1/reservations/:reservation/${verb}`] ?? 'seller';
    if (needed !== 'open' && !covers(role, needed)) {
      return failureResult(key, 'role-too-low', { role, needed });
    }
    const wrong = SHAPES[verb](item);
    if (wrong !== undefined) return problemResult(key, invalid(wrong.field, wrong.expected));
    const { status, run } = RUNS[verb];
    const answer = await run(stock, body as never, { key, principal, ...preferred });
    if (!answer.ok) return problemResult(key, answer);
    const replayed = answer.repeated ? ',"replayed":true' : '';
    const shown = JSON.stringify(showReservation(answer.value));
    return `{"status":${status},"key":${JSON.stringify(key)}${replayed},"reservation":${shown}}`;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return failureResult(key, error.code, error.details);
  }
}

interface ReserveItem {
  lines: [];
  holdFor?: string;
  holdCap?: string;
  metadata?: JsonObject;
}

function reserve(stock: Stock, body: ReserveItem, call: CallOptions) {
  const { holdFor, holdCap, ...cart } = body;
  if (cart.metadata !== undefined && poisonedName(cart.metadata)) {
    return invalid('metadata', 'no names that poison prototypes');
  }
  const durations = readDurations({ holdFor, holdCap });
  return durations.ok ? stock.reserve({ ...cart, ...durations.value }, call) : durations;
}

function extend(
  stock: Stock,
  { reservation, holdFor }: { reservation: string; holdFor: string },
  call: CallOptions,
) {
  const durations = readDurations({ holdFor });
  if (!durations.ok) return durations;
  return stock.extend({ reservation, holdForMs: durations.value.holdForMs! }, call);
}

function invalid(field: string, expected: string): Refused {
  return refuse('invalid-request', { field, expected });
}

function problemResult(key: string | undefined, { code, details }: Refused): string {
  return failureResult(key, code, details);
}

function failureResult(key: string | undefined, code: ProblemCode, details?: JsonObject): string {
  const said = problem(code, details);
  return JSON.stringify({ status: said.status, key, problem: said });
}
