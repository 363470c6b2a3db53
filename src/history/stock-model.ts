// The sequential specification of a shop, for the search: which states may follow when an operation
// takes effect now and was answered as it was. Compares answers with the verbs; looks at the clock only
// through the window in which the operation was open and the times that answers report.

import type { Model } from './linearize.ts';
import { type History, nameOf, type Operation, type Result } from './operation.ts';
import { agrees, readPool, readReservation } from './seen.ts';
import { advance, deadlinesWithin, keyOf, type ShopState } from './shop-state.ts';
import { carry } from './shop-verbs.ts';

/** More than there are operations in a history, or milliseconds. */
const LAST = 1e9;

export class StockModel implements Model<ShopState, Operation> {
  readonly initial: ShopState;
  readonly keyOf = keyOf;
  /** What was answered under a key at any time: its effect has no other answer. */
  readonly #told = new Map<string, Result>();
  readonly #endMs: number;

  constructor({ pools, operations }: History) {
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
    if (repeats) return state.clockMs <= untilMs;
    if (state.clockMs > (this.#reportedMs(operation) ?? untilMs)) return false;
    return isBeforeVersion(state, operation);
  }

  step(state: ShopState, operation: Operation): readonly ShopState[] {
    const { key, fromMs, untilMs = this.#endMs } = operation;
    const first = key === undefined ? undefined : state.answers[key];
    const loMs = Math.max(state.clockMs, fromMs);
    if (first !== undefined) return this.#repeat(state, operation, first, loMs);
    const atMs = this.#reportedMs(operation);
    if (atMs !== undefined && (atMs < loMs || atMs > untilMs)) return [];
    const moments = atMs === undefined ? [loMs, ...deadlinesWithin(state, loMs, untilMs)] : [atMs];
    if (loMs > untilMs) return [];
    const states: ShopState[] = [];
    for (const nowMs of moments) {
      for (const found of advance(state, nowMs)) {
        const next = this.#effect(found, operation, atMs === undefined);
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
    clockMs: number,
  ): ShopState[] {
    if (result.kind !== 'reservation' && result.kind !== 'moved') return [];
    if (!result.repeated || clockMs > untilMs) return [];
    const same = first.kind === 'unknown' || sameValue(first, result);
    return same ? [{ ...state, clockMs }] : [];
  }

  /** When it took effect, where an answer under its key says so. */
  #reportedMs({ key, result, command }: Operation): number | undefined {
    if (command.do.startsWith('read-') || result.kind === 'refused') return undefined;
    const told = (key === undefined ? undefined : this.#told.get(key)) ?? result;
    return told.kind === 'reservation' ? told.value.updatedAtMs : undefined;
  }

  #effect(state: ShopState, operation: Operation, timeless: boolean): ShopState | undefined {
    const { command, key, result } = operation;
    if (command.do === 'read-pool') return readPool(state, command.pool, result);
    if (command.do === 'read-reservation') return readReservation(state, command.of, result);
    const said = carry(state, command, { name: nameOf(operation), nowMs: state.clockMs });
    if ('refused' in said) {
      return result.kind === 'refused' && result.code === said.refused ? state : undefined;
    }
    if (result.kind === 'refused') return undefined;
    if ('repeated' in result && result.repeated) return undefined;
    const told = (key === undefined ? undefined : this.#told.get(key)) ?? result;
    const next = agrees(said, told, { timeless, deadlineSet: setsDeadline(command.do) });
    if (next === undefined || key === undefined) return next;
    return { ...next, answers: { ...next.answers, [key]: told } };
  }
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

function setsDeadline(verb: string): boolean {
  return verb === 'reserve' || verb === 'extend';
}

function sameValue(first: Result, again: Result): boolean {
  if (!('value' in first) || !('value' in again)) return false;
  return JSON.stringify(first.value) === JSON.stringify(again.value);
}
