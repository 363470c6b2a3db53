// Reserve: units go from available to held, and beside them from the buyer's allowance to granted,
// by one move each. All lines or none, unless a line says how few will do.

import type {
  Asked,
  DocumentGuard,
  DocumentWrite,
  Guard,
  Move,
  MoveClaim,
  Transaction,
} from '../engines/contract.ts';
import { poolAccounts } from './accounts.ts';
import { allowanceWrite } from './allowance.ts';
import {
  HOLD_CAP_DEFAULT_MS,
  HOLD_DEFAULT_MS,
  type LineCommand,
  type ReserveCommand,
} from './commands.ts';
import { countedBy, fittedLines, type LineOfProduct } from './fitted-lines.ts';
import { joined } from './joined.ts';
import { type Counted, covers, type LimitRule, ruleGuard } from './limits.ts';
import { asksAll, type Placed, placedLine, seatOf, widened } from './placed.ts';
import { type Plan, planned } from './plan.ts';
import { type PoolState, SELLING } from './pool.ts';
import { asJson, type LimitClaimData, ownersOf, type ReservationData } from './reservation.ts';

export interface ReserveContext {
  nowMs: number;
  /** The new reservation's id. */
  id: string;
  newId: () => string;
  /** The rules that cover at least one line. */
  rules: readonly LimitRule[];
  /** The product of each pool, where a rule needs it. */
  products?: ReadonlyMap<string, string>;
  /** Where lines are asked for whose pools are segmented, if any is. */
  placed?: Placed;
  /** In which its pools sell. Default: OPEN. */
  selling?: readonly PoolState[];
  /** What else must hold. */
  guards?: readonly DocumentGuard[];
}

/** `at`: the segment of its pool that it is asked for in. */
type Line = LineOfProduct & { at?: string };

const NOT_COUNTED: readonly Counted[] = [];

/** Plans a reservation. Refuses what no stock could mend: a limit per order, a missing buyer. */
export function reserve(command: ReserveCommand, context: ReserveContext): Plan {
  const { placed } = context;
  if (placed === undefined) return reserveAt(command, context);
  const lines = command.lines.map((line) => placedLine(line, placed));
  const at = { ...command, lines };
  if (!asksAll(lines, placed)) return reserveAt(at, context);
  const plan = reserveAt(at, context, true);
  return plan.ok ? widened(plan.transaction, lines, placed) : plan;
}

function reserveAt(command: ReserveCommand, context: ReserveContext, wide = false): Plan {
  if (context.rules.length === 0) {
    return planned(transactionOf(command, context, command.lines));
  }
  const fitted = fittedLines(command, context, wide);
  if (!fitted.ok) return fitted;
  const { lines, grantedMax } = fitted;
  const counted = countedBy(command.buyer, context);
  if ('ok' in counted) return counted;
  const transaction = transactionOf(command, context, lines, counted);
  if (grantedMax !== Number.POSITIVE_INFINITY) transaction.grantedMax = grantedMax;
  return planned(limited(transaction, { context, lines, counted }));
}

/** Adds what limits ask of a transaction whose moves are these lines, one by one, and none is partial. */
export function countLimits(
  transaction: Transaction,
  command: Pick<ReserveCommand, 'lines' | 'buyer'>,
  context: ReserveContext,
): Plan {
  if (context.rules.length === 0) return planned(transaction);
  const fitted = fittedLines(command, context);
  if (!fitted.ok) return fitted;
  const counted = countedBy(command.buyer, context);
  if ('ok' in counted) return counted;
  const { lines } = fitted;
  const moves = transaction.moves!.map(({ legs, quantity }, index) => {
    const more = counted.filter(({ rule }) => covers(rule, lines[index]!)).map(({ leg }) => leg);
    return { legs: [...legs, ...more], quantity };
  });
  return planned(limited({ ...transaction, moves }, { context, lines, counted }));
}

/** What may refuse one line where no rule covers it. */
export function askOf(line: LineCommand): Asked {
  return { guards: [guardOf(line)], moves: [moveOf(line, NOT_COUNTED)] };
}

// Arrays come from map: one that grows by push starts with room for 17, and ten of them were a quarter of the
// memory that a reserve went through.
function transactionOf(
  command: ReserveCommand,
  context: ReserveContext,
  lines: readonly Line[],
  counted = NOT_COUNTED,
): Transaction {
  const write: DocumentWrite = {
    id: context.id,
    fresh: true,
    kind: 'reservation',
    state: 'HELD',
    data: asJson(dataOf(command, context)),
    owners: ownersOf(lines),
    deadline: { afterMs: command.holdForMs ?? HOLD_DEFAULT_MS },
    claims: lines.map((line, move) => ({
      ...{ move, leg: 0 },
      undo: poolAccounts(seatOf(line)).released,
    })),
  };
  if (command.buyer !== undefined) write.buyer = command.buyer;
  if (command.reference !== undefined) write.reference = command.reference;
  const transaction: Transaction = {
    guards: guardsOf(lines, context),
    moves: lines.map((line) => moveOf(line, counted)),
    writes: [write],
    events: [{ type: 'reservation.held', subject: context.id }],
  };
  // A partial cart that was granted nothing at all is a refusal.
  if (lines.some(({ quantityMin }) => quantityMin !== undefined)) transaction.grantedMin = 1;
  return transaction;
}

function dataOf(
  { lines, holdForMs = HOLD_DEFAULT_MS, holdCapMs, metadata }: ReserveCommand,
  { nowMs }: ReserveContext,
): ReservationData {
  const capMs = holdCapMs ?? Math.max(holdForMs, HOLD_CAP_DEFAULT_MS);
  const data: ReservationData = {
    lines: lines.map((line) => ({ pool: seatOf(line), asked: line.quantity })),
    capAtMs: nowMs + capMs,
  };
  if (metadata !== undefined) data.metadata = metadata;
  return data;
}

function guardsOf(lines: readonly Line[], { selling, guards }: ReserveContext): DocumentGuard[] {
  const own = lines.map((line) => guardOf(line, selling));
  return guards === undefined ? own : joined(guards, own);
}

function guardOf(line: Line, stateIn = SELLING): DocumentGuard {
  return { document: poolAccounts(seatOf(line)).document, stateIn };
}

function moveOf(line: Line, counted: readonly Counted[]): Move {
  let { toHeld: legs } = poolAccounts(seatOf(line));
  for (const { rule, leg } of counted) if (covers(rule, line)) legs = joined(legs, [leg]);
  const move: Move = { legs, quantity: line.quantity };
  if (line.quantityMin !== undefined) move.quantityMin = line.quantityMin;
  return move;
}

interface Limited {
  context: ReserveContext;
  lines: readonly Line[];
  counted: readonly Counted[];
}

/** Adds to a transaction what limits per buyer need: the rules' guards and floors, and who gives the count back. */
function limited(transaction: Transaction, { context, lines, counted }: Limited): Transaction {
  if (counted.length === 0) return transaction;
  const [write] = transaction.writes as [DocumentWrite];
  const data = write.data as unknown as ReservationData;
  const legs = lines.map(() => 0);
  let limits: LimitClaimData[] = [];
  let allowances: readonly DocumentWrite[] = [];
  for (const { rule, accounts } of counted) {
    const moves = coveredBy(rule, lines);
    const counts = moves.map((move): MoveClaim => {
      legs[move]! += 1;
      return { move, leg: legs[move]!, undo: accounts.used };
    });
    if (rule.windowMs === undefined) {
      const returns = rule.returnsGiveBack === true;
      const given = moves.map((line) => ({ line, limit: rule.limit, returns }));
      write.claims = joined(write.claims!, counts);
      limits = limits.length === 0 ? given : joined(limits, given);
      continue;
    }
    // A window limit is held by a document of its own, because it ends at another time.
    const of = { id: context.newId(), reservation: context.id, lines: moves };
    allowances = [...allowances, allowanceWrite({ ...of, rule, claims: counts })];
    write.frees = [...(write.frees ?? []), accounts.used];
  }
  if (limits.length > 0) data.limits = limits;
  if (allowances.length > 0) {
    data.allowances = allowances.map(({ id }) => id);
    transaction.writes = [write, ...allowances];
  }
  const ofRules = counted.map(({ rule }) => ruleGuard(rule));
  transaction.guards = joined<Guard>(ofRules, transaction.guards!);
  transaction.floors = counted.map(({ floor }) => floor);
  return transaction;
}

/** Which of the lines a rule covers. */
function coveredBy(rule: LimitRule, lines: readonly Line[]): number[] {
  const all = lines.map((_, line) => line);
  if (lines.every((line) => covers(rule, line))) return all;
  return all.filter((line) => covers(rule, lines[line]!));
}
