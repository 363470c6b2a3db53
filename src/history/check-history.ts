// Checks a recorded history: whether each group of pools that operations tie together behaved as one
// shop that does one thing at a time. Groups are checked apart, because a history is linearizable
// exactly if its part on each object is (Herlihy & Wing 1990; Horn & Kroening 2015).

import { linearize, STEPS_MAX } from './linearize.ts';
import { type Command, type History, nameOf, type Operation } from './operation.ts';
import { StockModel } from './stock-model.ts';

export interface Violation {
  /** The part of the history that it is about. */
  history: History;
  /** The longest order that went well. */
  order: readonly Operation[];
  what: string;
}

export interface Verdict {
  ok: boolean;
  violations: Violation[];
  /** Groups for which the search gave up. */
  undecided: number;
  groups: number;
  steps: number;
}

export interface CheckOptions {
  /** How many orders a search may try. */
  stepsMax?: number;
}

export function checkHistory(history: History, options: CheckOptions = {}): Verdict {
  const { stepsMax = STEPS_MAX } = options;
  const verdict: Verdict = { ok: true, violations: [], undecided: 0, groups: 0, steps: 0 };
  for (const part of groupsOf(history)) {
    verdict.groups += 1;
    const what = wrongIds(part);
    if (what !== undefined) verdict.violations.push({ history: part, order: [], what });
    const search = linearize(withEffect(part.operations), new StockModel(part), stepsMax);
    verdict.steps += search.steps;
    if (search.verdict === 'undecided') verdict.undecided += 1;
    if (search.verdict !== 'violation') continue;
    const { order } = search;
    const all = `${part.operations.length} operations`;
    verdict.violations.push({
      history: part,
      order,
      what: `no order of these ${all} explains the answers; the longest explains ${order.length}`,
    });
  }
  verdict.ok = verdict.violations.length === 0;
  return verdict;
}

/**
 * Without what explains nothing and costs time: reads that nobody saw the answer of, and all but the
 * first of those with one key that were not answered, which can do all that the others can.
 */
function withEffect(operations: readonly Operation[]): Operation[] {
  const open = new Set<string>();
  return operations.filter(({ key, command, completed }) => {
    if (completed !== undefined) return true;
    if (command.do.startsWith('read-')) return false;
    if (key === undefined) return true;
    if (open.has(key)) return false;
    open.add(key);
    return true;
  });
}

/** The parts of a history that share no pool. */
export function groupsOf({ pools, operations, timesMayCross = false }: History): History[] {
  const poolsOf = poolsByReservation(operations);
  const parent = new Map(Object.keys(pools).map((pool) => [pool, pool]));
  const rootOf = (pool: string): string => {
    const above = parent.get(pool)!;
    return above === pool ? pool : rootOf(above);
  };
  const owned = operations.map((operation) => {
    const [first, ...others] = poolsIn(operation.command, poolsOf);
    for (const pool of others) parent.set(rootOf(pool), rootOf(first!));
    return { operation, first };
  });
  const groups = new Map<string, Operation[]>();
  for (const { operation, first } of owned) {
    if (first === undefined) continue;
    const root = rootOf(first);
    const group = groups.get(root) ?? [];
    groups.set(root, group);
    group.push(operation);
  }
  return [...groups].map(([root, group]) => ({
    pools: Object.fromEntries(Object.entries(pools).filter(([pool]) => rootOf(pool) === root)),
    operations: group,
    timesMayCross,
  }));
}

function poolsByReservation(operations: readonly Operation[]): Map<string, Set<string>> {
  const poolsOf = new Map<string, Set<string>>();
  for (const operation of operations) {
    const { command } = operation;
    if (command.do !== 'reserve' && command.do !== 'change') continue;
    const name = command.do === 'reserve' ? nameOf(operation) : command.of;
    const known = poolsOf.get(name) ?? new Set();
    poolsOf.set(name, known);
    for (const { pool } of command.lines) known.add(pool);
  }
  return poolsOf;
}

function poolsIn(command: Command, poolsOf: ReadonlyMap<string, Set<string>>): string[] {
  if ('pool' in command) return [command.pool];
  const own = 'lines' in command ? (command.lines ?? []).map(({ pool }) => pool) : [];
  const held = 'of' in command ? [...(poolsOf.get(command.of) ?? [])] : [];
  return [...held, ...own];
}

/** Every reservation has one id, and no two the same. */
function wrongIds({ operations }: History): string | undefined {
  const nameById = new Map<string, string>();
  for (const operation of operations) {
    const { command, result } = operation;
    if (result.kind !== 'reservation') continue;
    const name = 'of' in command ? command.of : nameOf(operation);
    const { id } = result.value;
    const known = nameById.get(id) ?? name;
    nameById.set(id, name);
    if (known !== name) return `${known} and ${name} are both called ${id}`;
  }
  return undefined;
}
