// Proves that journal, balances and documents agree: replays the journal on its own and compares the
// engine with the result. Reads only, also beside a working engine, and trusts nothing but entries.

import type { CheckpointState, Engine, Entry } from '../engines/contract.ts';
import { nameOf, ownerOf } from '../kernel/accounts.ts';
import { EngineComparison } from './engine-comparison.ts';
import { type Problem, Problems } from './problems.ts';
import { Replay } from './replay.ts';

export type { CheckpointState } from '../engines/contract.ts';
export type { Invariant, Problem } from './problems.ts';

const SLICE = 2_000;

export interface VerifyOptions {
  /** Start here instead of at the first entry. What it says is believed. */
  fromCheckpoint?: CheckpointState;
  /** Look at balances as they were at the end of this moment, and at nothing after it. */
  atMs?: number;
  /** Called after every slice. `of` is the journal's end as known now. */
  onProgress?: (progress: { position: number; of: number }) => void;
}

export interface VerifyReport {
  ok: boolean;
  /** Entries that were replayed. */
  entries: number;
  pools: number;
  documents: number;
  /** The last entry that was looked at. */
  position: number;
  problemCount: number;
  /** The first hundred. */
  problems: Problem[];
}

/** Replays the journal, checks I1, I2, I5 and I6 (docs/invariants.md) and compares the engine. */
export async function verify(engine: Engine, options: VerifyOptions = {}): Promise<VerifyReport> {
  const problems = new Problems();
  const replay = new Replay(problems, { timesMayCross: engine.timesMayCross === true });
  const { fromCheckpoint, atMs } = options;
  if (fromCheckpoint !== undefined) replay.load(fromCheckpoint);
  const reader = new JournalReader(engine, replay, options);
  await reader.read();
  replay.accounts.checkFamilies();
  if (atMs === undefined) await compareNow({ engine, replay, problems, reader });
  else await comparePast({ engine, replay, problems, atMs });
  const pools = [...replay.documents.documents.keys()].filter((id) => id.startsWith('pool:'));
  return {
    ok: problems.count === 0,
    entries: reader.entries,
    pools: pools.length,
    documents: replay.documents.documents.size,
    position: replay.numbers.position,
    problemCount: problems.count,
    problems: problems.kept,
  };
}

class JournalReader {
  entries = 0;
  readonly #engine: Engine;
  readonly #replay: Replay;
  readonly #options: VerifyOptions;
  #after: number;

  constructor(engine: Engine, replay: Replay, options: VerifyOptions) {
    this.#engine = engine;
    this.#replay = replay;
    this.#options = options;
    this.#after = replay.numbers.position;
  }

  /** Replays up to the end of the journal, or to the moment asked for. */
  async read(passed?: (entry: Entry) => void): Promise<void> {
    const { atMs = Number.POSITIVE_INFINITY, onProgress } = this.#options;
    while (true) {
      const slice = await this.#engine.entries({ after: this.#after, limit: SLICE });
      for (const entry of slice) {
        if (entry.atMs > atMs) {
          if (this.#engine.timesMayCross !== true) return;
          // What it stands on is earlier still: nothing that is replayed needs it.
          this.#replay.numbers.skip(entry);
          this.#after = entry.position;
          continue;
        }
        this.#replay.take(entry);
        this.entries += 1;
        this.#after = entry.position;
        passed?.(entry);
      }
      onProgress?.({ position: this.#after, of: this.#engine.health().position });
      if (slice.length < SLICE) return;
    }
  }
}

interface Comparing {
  engine: Engine;
  replay: Replay;
  problems: Problems;
}

async function compareNow(parts: Comparing & { reader: JournalReader }): Promise<void> {
  const { engine, replay, problems, reader } = parts;
  const comparison = new EngineComparison(engine, replay, problems);
  await comparison.ask();
  if (comparison.waits) {
    // Others have decided it, or this server's answer was cut off: nobody has waited for it yet.
    await engine.recorded?.('readable');
    await reader.read((entry) => comparison.passed(entry));
  }
  comparison.finish();
}

async function comparePast(parts: Comparing & { atMs: number }): Promise<void> {
  const { engine, replay, problems, atMs } = parts;
  const known = new Map<string, Map<string, number>>();
  for (const [id, { balance }] of replay.accounts.accounts) {
    const accounts = known.get(ownerOf(id)) ?? new Map<string, number>();
    known.set(ownerOf(id), accounts.set(nameOf(id), balance));
  }
  for (const owner of replay.numbers.seqs.keys()) {
    const shown = (await engine.balancesAt(owner, atMs)) ?? {};
    const accounts = known.get(owner) ?? new Map<string, number>();
    for (const name of new Set([...Object.keys(shown), ...accounts.keys()])) {
      const [found, should] = [shown[name] ?? 0, accounts.get(name) ?? 0];
      if (found === should) continue;
      problems.add('I6', `${owner}/${name} was ${found} then, by the journal ${should}`);
    }
  }
}
