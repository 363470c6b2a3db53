// `holdfast reconcile --in-doubt`: finishes what a server that died has left prepared in parts of a store,
// as servers do by themselves, and tells what it was. With `--moved` it takes a part that was moved first.
// A store in Redis is compared with its record (reconcile-record.ts).

import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { canSettle, type Settled } from '../engines/coordinator/coordination.ts';
import type { InDoubt } from '../engines/coordinator/recovery.ts';
import type { RedisEngine } from '../engines/redis/redis-engine.ts';
import { engineOption, openNamedEngine } from './engine-option.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { type PartOptions, partOption } from './part-option.ts';
import { reconcileRecord } from './reconcile-record.ts';
import { addRecordOptions, type RecordOptions, redisOptions } from './record-options.ts';
import { shownAddress } from './shown-address.ts';

const EXAMPLES = `
Examples:
  holdfast reconcile --in-doubt --engine postgres://db/orders --part hanoi=postgres://hanoi/stock
  holdfast reconcile --in-doubt --json
  holdfast reconcile --engine redis://cache.example --record postgres://db/orders --repair
  holdfast reconcile --moved hanoi --engine postgres://db/orders --part hanoi=postgres://new/stock

What is decided is carried out. What nobody has decided after 5 s is aborted: its buyers were not told
that they have something. Servers do the same once a second; both may be at it.
A part that was moved with a dump is taken where it is now while no server runs, if it has all that the
journal says of it; then what is in doubt is finished.
A store in Redis is compared with its record: balances, floors, numbers, live documents, deadlines and
the index, while servers run. Each difference is explained by the journal; --repair sets Redis to what
the record says, and takes no account below its floor.
Exit code 0: nothing is in doubt, or differs, any more. 1: something is, or a part could not be asked.`;

/** What is undecided is young; it is looked at again until it is old enough. */
const AGAIN_MS = 500;
const LOOKS_MAX = 20;

interface ReconcileOptions extends PartOptions, RecordOptions {
  engine: string;
  inDoubt?: boolean;
  moved?: string;
  repair?: boolean;
  json?: boolean;
  quiet?: boolean;
}

export function reconcileCommand(): Command {
  const command = new Command('reconcile')
    .description('finish what was left in doubt, or compare a store in Redis with its record')
    .addOption(engineOption())
    .addOption(partOption())
    .option('--in-doubt', 'transactions over several databases that were prepared and not finished')
    .option('--moved <part>', 'a part whose database is another one now, restored from a dump')
    .option('--repair', 'set what differs in Redis to what the record says')
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(reconcile);
  return addRecordOptions(command);
}

async function reconcile(options: ReconcileOptions): Promise<void> {
  const { engine: address, part: parts, json, quiet = false } = options;
  const moved = options.moved === undefined ? [] : [options.moved];
  const isRecorded = address.startsWith('redis');
  if (options.inDoubt !== true && moved.length === 0 && !isRecorded) {
    throw new UsageError('say what to reconcile: --in-doubt or --moved PART');
  }
  const named = { existing: true, parts, moved, ...redisOptions(options) };
  const engine = await openNamedEngine(address, named);
  try {
    if (isRecorded) {
      await reconcileRecord(engine as RedisEngine, options);
      return;
    }
    if (!canSettle(engine)) {
      throw new UsageError(`${shownAddress(address)} is one store: nothing can be in doubt there`);
    }
    const say = (text: string) => quiet || process.stderr.write(`${text}\n`);
    const { inDoubt, away } = await settled(() => engine.settle(), say);
    const left = inDoubt.filter(({ done }) => done === 'left').length;
    const result = { name: 'reconcile', engine: shownAddress(address), inDoubt: shown(inDoubt) };
    process.stdout.write(
      json ? `${JSON.stringify({ ...result, left, away })}\n` : reportOf(inDoubt, away),
    );
    if (left + away.length > 0) throw new CommandFailure('');
  } finally {
    await engine.close();
  }
}

/** The last that is known of each. */
async function settled(look: () => Promise<Settled>, say: (text: string) => unknown) {
  const found = new Map<string, InDoubt>();
  let away: Settled['away'] = [];
  for (let looks = 1; looks <= LOOKS_MAX; looks += 1) {
    const now = await look();
    away = now.away;
    for (const each of now.inDoubt) found.set(`${each.part} ${each.id}`, each);
    const seen = new Set(now.inDoubt.map(({ part, id }) => `${part} ${id}`));
    // What is not there any more was finished by somebody else.
    for (const [key, each] of found) {
      if (each.done === 'left' && !seen.has(key)) found.set(key, { ...each, done: 'gone' });
    }
    const left = [...found.values()].filter(({ done }) => done === 'left').length;
    if (left === 0) break;
    say(`${left} may still be decided by whoever prepared them; looking again`);
    await setTimeout(AGAIN_MS);
  }
  return { inDoubt: [...found.values()], away };
}

function shown(inDoubt: readonly InDoubt[]) {
  return inDoubt.map(({ sinceMs, ...each }) => {
    return { ...each, since: new Date(sinceMs).toISOString() };
  });
}

function reportOf(inDoubt: readonly InDoubt[], away: Settled['away']): string {
  const lines = shown(inDoubt).map(({ part, id, since, decision, done }) => {
    return `${part}  ${id}  prepared ${since}  decision: ${decision}  ${done}`;
  });
  for (const { name, why } of away) lines.push(`the part ${name} could not be asked: ${why}`);
  if (lines.length === 0) lines.push('Nothing is in doubt.');
  return `${lines.join('\n')}\n`;
}
