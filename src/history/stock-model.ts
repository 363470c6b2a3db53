// The sequential specification of a shop, for the search: which states may follow when an operation
// takes effect now and was answered as it was. Compares answers with the verbs; looks at the clock only
// through the window in which the operation was open and the times that answers report.

import type { Model } from './linearize.ts';
import { type History, nameOf, type Operation, type Result } from './operation.ts';
import { agrees, readPool, readReservation } from './seen.ts';
import { advance, type Concerns, deadlinesWithin, keyOf, type ShopState } from './shop-state.ts';
import { carry } from './shop-verbs.ts';

/** More than there are operations in a history, or milliseconds. */
const LAST = 1e9;

export class StockModel implements Model<ShopState, Operation> {
  readonly initial: ShopState;
  readonly keyOf = keyOf;
  /** What was answered under a key at any time: its effect has no other answer. */
  readonly #told = new Map<string, Result>();
  readonly #endMs: number;
  readonly #timesMayCross: boolean;

  constructor({ pools, operations, timesMayCross = false }: History) {
    this.#timesMayCross = timesMayCross;
    const now = Object.entries(pools).map(
      ([name, pool]) => [name, { held: 0, sold: 0, untidied: 0, ...pool }] as const,
    );
    const clockMs = Math.min(...operations.map(({ fromMs }) => fromMs));
    this.#endMs = Math.max(...operations.map(({ fromMs, untilMs = fromMs }) => untilMs));
    this.initial = { clockMs, pools: Object.fromEntries(now), reservations: {}, answers: {} };
    for (const { key, result } of operations) {
      const accepted = result.kind === 'reservation' || result.kind === 'moved';
      if (key !== undefined && accepted) this.#told.set(key, result);
    }
  }

  /** By the time of the effect where it is known, then in the order of the answers. */
  rankOf(operation: Operation): number {
    const { completed = LAST, invoked, untilMs } = operation;
    const atMs = this.#reportedMs(operation) ?? untilMs;
    if (atMs === undefined) return LAST + invoked;
    return atMs - this.initial.clockMs + completed / LAST;
  }

  /** Not once the clock or a number has passed what it reports. */
  isInTime(state: ShopState, operation: Operation): boolean {
    const { key, untilMs = this.#endMs } = operation;
    const repeats = key !== undefined && state.answers[key] !== undefined;
    if (repeats) return this.#isBy(state, untilMs);
    if (!this.#isBy(state, this.#reportedMs(operation) ?? untilMs)) return false;
    return isBeforeVersion(state, operation);
  }

  /** Where times may cross, the clock says nothing of what was decided before it stood there. */
  #isBy(state: ShopState, untilMs: number): boolean {
    return this.#timesMayCross || state.clockMs <= untilMs;
  }

  step(state: ShopState, operation: Operation): readonly ShopState[] {
    const { key, fromMs, untilMs = this.#endMs } = operation;
    const first = key === undefined ? undefined : state.answers[key];
    const loMs = this.#timesMayCross ? fromMs : Math.max(state.clockMs, fromMs);
    if (first !== undefined) return this.#repeat(state, operation, first, loMs);
    const atMs = this.#reportedMs(operation);
    if (atMs !== undefined && (atMs < loMs || atMs > untilMs)) return [];
    if (loMs > untilMs) return [];
    const concerns = this.#timesMayCross ? concernsOf(state, operation) : ALL;
    const moments =
      atMs === undefined ? deadlinesWithin(state, { loMs, untilMs, concerns }) : [atMs];
    if (atMs === undefined) moments.unshift(loMs);
    // Who looks may see what was before a commit that was decided before the deadline and comes late.
    if (this.#timesMayCross && isLook(operation)) moments.unshift(this.initial.clockMs);
    const states: ShopState[] = [];
    for (const nowMs of moments) {
      for (const found of advance(state, nowMs, concerns)) {
        const next = this.#effect(found, operation, nowMs);
        if (next !== undefined) states.push(next);
      }
    }
    return states;
  }

  /** The same command under the same key: the first answer again, and no effect. */
  #repeat(
    state: ShopState,
    { result, untilMs = this.#endMs }: Operation,
    first: Result,
    loMs: number,
  ): ShopState[] {
    if (result.kind !== 'reservation' && result.kind !== 'moved') return [];
    if (!result.repeated || loMs > untilMs) return [];
    const same = first.kind === 'unknown' || sameValue(first, result);
    return same ? [{ ...state, clockMs: Math.max(state.clockMs, loMs) }] : [];
  }

  /** When it took effect, where an answer under its key says so. */
  #reportedMs({ key, result, command }: Operation): number | undefined {
    if (isLook({ command }) || result.kind === 'refused') return undefined;
    const told = (key === undefined ? undefined : this.#told.get(key)) ?? result;
    return told.kind === 'reservation' ? told.value.updatedAtMs : undefined;
  }

  #effect(state: ShopState, operation: Operation, nowMs: number): ShopState | undefined {
    const { command, key, result } = operation;
    if (command.do === 'read-pool') return readPool(state, command.pool, result);
    if (command.do === 'read-reservation') return readReservation(state, command.of, result);
    const said = carry(state, command, { name: nameOf(operation), nowMs });
    if ('refused' in said) {
      return result.kind === 'refused' && result.code === said.refused ? state : undefined;
    }
    if (result.kind === 'refused') return undefined;
    if ('repeated' in result && result.repeated) return undefined;
    const told = (key === undefined ? undefined : this.#told.get(key)) ?? result;
    const timeless = this.#reportedMs(operation) === undefined;
    const next = agrees(said, told, { timeless, deadlineSet: setsDeadline(command.do) });
    if (next === undefined || key === undefined) return next;
    return { ...next, answers: { ...next.answers, [key]: told } };
  }
}

const ALL: Concerns = () => true;

/** An operation sees its own reservation, and those on the pools that it touches, at its own time. */
function concernsOf(state: ShopState, { command }: Operation): Concerns {
  const of = 'of' in command ? command.of : undefined;
  const own = of === undefined ? [] : (state.reservations[of]?.lines ?? []);
  const asked = 'lines' in command ? (command.lines ?? []) : [];
  const pools = new Set([...own, ...asked].map(({ pool }) => pool));
  if ('pool' in command) pools.add(command.pool);
  return (name, { lines }) => name === of || lines.some(({ pool }) => pools.has(pool));
}

/** Versions only rise: what reports one must come before a higher one. */
function isBeforeVersion(state: ShopState, { command, result }: Operation): boolean {
  if (!('value' in result)) return true;
  const { version } = result.value;
  if ('pool' in command) {
    const now = state.pools[command.pool]!.version;
    return result.kind === 'moved' ? now < version : now <= version;
  }
  const now = 'of' in command ? (state.reservations[command.of]?.version ?? 0) : 0;
  return command.do === 'read-reservation' ? now <= version : now < version;
}

function isLook({ command }: Pick<Operation, 'command'>): boolean {
  return command.do.startsWith('read-');
}

function setsDeadline(verb: string): boolean {
  return verb === 'reserve' || verb === 'extend';
}

function sameValue(first: Result, again: Result): boolean {
  if (!('value' in first) || !('value' in again)) return false;
  return JSON.stringify(first.value) === JSON.stringify(again.value);
}
