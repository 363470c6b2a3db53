// Makes a history that no order explains smaller, so that a person can read it. Only what cannot be the
// cause is taken away: an operation goes when the rest stays unexplained even if nobody knew what
// became of it. Never turns an explained history into an unexplained one.

import { type History, nameOf, type Operation } from './operation.ts';

export interface MinimiseOptions {
  /** Whether a history has no explanation; a search that gives up counts as no. */
  isWrong: (history: History) => boolean;
  /** When to be content with what there is. */
  untilMs: number;
}

export interface Minimised {
  /** What is worth looking at. */
  shown: History;
  /** The same with the rest left open: an order of this one is what explains most. */
  checked: History;
}

export function minimise(history: History, options: MinimiseOptions): Minimised {
  const cut = shortestPrefix(history, options);
  return withoutWhatIsIrrelevant(cut, options);
}

/** The history as it had been known right after the n-th answer. */
function prefix({ pools, operations }: History, order: number): History {
  const known = operations.filter(({ invoked }) => invoked < order);
  return {
    pools,
    operations: known.map((each) => ((each.completed ?? 0) > order ? opened(each) : each)),
  };
}

function shortestPrefix(history: History, { isWrong, untilMs }: MinimiseOptions): History {
  const ends = history.operations.flatMap(({ completed }) => completed ?? []).sort((a, b) => a - b);
  let low = 0;
  let high = ends.length - 1;
  while (low < high && performance.now() < untilMs) {
    const middle = (low + high) >> 1;
    if (isWrong(prefix(history, ends[middle]!))) high = middle;
    else low = middle + 1;
  }
  const found = prefix(history, ends[high] ?? 0);
  return isWrong(found) ? found : history;
}

function withoutWhatIsIrrelevant(
  { pools, operations }: History,
  { isWrong, untilMs }: MinimiseOptions,
): Minimised {
  let kept: readonly Operation[] = operations;
  const irrelevant = new Set<number>();
  // What shows and changes nothing first: without it every later look is quicker.
  const cheap = operations.filter((each) => !hasEffect(each));
  const others = operations.filter(hasEffect).reverse();
  for (const { index } of [...cheap.reverse(), ...others]) {
    if (performance.now() > untilMs) break;
    const tried = kept.map((each) => (each.index === index ? opened(each) : each));
    if (!isWrong({ pools, operations: tried })) continue;
    irrelevant.add(index);
    kept = tried;
  }
  const named = new Set(kept.flatMap((each) => (irrelevant.has(each.index) ? [] : uses(each))));
  const shown = kept.filter((each) => !irrelevant.has(each.index) || named.has(nameOf(each)));
  return { shown: { pools, operations: shown }, checked: { pools, operations: kept } };
}

function hasEffect({ command, result }: Operation): boolean {
  return !command.do.startsWith('read-') && result.kind !== 'refused';
}

/** The names that an operation would make no sense without. */
function uses(operation: Operation): string[] {
  const { command, key } = operation;
  const of = 'of' in command ? [command.of] : [];
  return key === undefined ? of : [...of, key];
}

/** As if its client had never been answered. */
function opened({ completed: _, untilMs: __, ...operation }: Operation): Operation {
  return { ...operation, result: { kind: 'unknown', why: 'left open' } };
}
