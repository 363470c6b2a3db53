// `holdfast reconcile` of a store in Redis: compares all of it with what its record says, explains every
// difference, and repairs Redis where it is asked to.

import type { Difference } from '../engines/redis/drift/difference.ts';
import { type Explained, explain } from '../engines/redis/drift/explaining.ts';
import type { Repaired } from '../engines/redis/drift/reconciling.ts';
import type { RedisEngine } from '../engines/redis/redis-engine.ts';
import { CommandFailure } from './failure.ts';
import { Progress } from './progress.ts';
import { shownAddress } from './shown-address.ts';

interface ReconcileRecordOptions {
  engine: string;
  repair?: boolean;
  json?: boolean;
  quiet?: boolean;
}

/**
 * Of every slot of a store, which may be the only one.
 *
 * @throws CommandFailure where something differs and was not repaired
 */
export async function reconcileRecord(
  slots: readonly RedisEngine[],
  options: ReconcileRecordOptions,
): Promise<void> {
  const { engine: address, repair = false, json = false, quiet = false } = options;
  const progress = new Progress({ quiet });
  const explained: Explained[] = [];
  const repaired: Repaired[] = [];
  const left: Difference[] = [];
  try {
    for (const slot of slots) {
      const reconciling = slot.reconciling!;
      const found = await reconciling.compareAll((...seen) => progress.show('Comparing', ...seen));
      explained.push(...(await explain(slot, found)));
      if (repair && found.length > 0) {
        repaired.push(...(await reconciling.repair(found)));
        const show = (...seen: [number, number]) => progress.show('Comparing again', ...seen);
        left.push(...(await reconciling.compareAll(show)));
      } else left.push(...found);
    }
  } finally {
    progress.end();
  }
  const outcomes = explained.map((each, index) => ({
    ...shown(each),
    done: repaired[index] === undefined ? 'found' : doneTo(each, repaired),
  }));
  const result = { name: 'reconcile', engine: shownAddress(address), differences: outcomes };
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...result, left: left.length })}\n`
      : reportOf(outcomes, left.length),
  );
  if (left.length > 0) throw new CommandFailure('');
}

function doneTo({ what, id, of }: Difference, repaired: readonly Repaired[]): string {
  return repaired.find((each) => each.what === what && each.id === id && each.of === of)!.done;
}

function shown({ of, redis, record, last, ...each }: Explained) {
  return {
    ...each,
    ...(of === undefined ? {} : { of: of.replaceAll('\0', ' ') }),
    redis: redis ?? null,
    record: record ?? null,
    last: last.map(({ atMs, ...entry }) => ({ ...entry, at: new Date(atMs).toISOString() })),
  };
}

type Outcome = ReturnType<typeof shown> & { done: string };

function reportOf(outcomes: readonly Outcome[], left: number): string {
  if (outcomes.length === 0) return 'Redis and its record agree.\n';
  const lines = outcomes.flatMap(({ what, id, of, redis, record, why, last, done }) => [
    `${what} of ${of ?? id}: Redis has ${redis ?? 'nothing'}, the record ${record ?? 'nothing'} (${done})`,
    `  ${why}`,
    ...last.map(({ position, at, events }) => `  entry ${position}, ${at}: ${events.join(', ')}`),
  ]);
  const end = left === 0 ? 'Redis and its record agree now.' : `${left} differ.`;
  return `${[...lines, end].join('\n')}\n`;
}
