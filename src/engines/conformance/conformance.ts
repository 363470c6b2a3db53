// The suite that every engine passes. An adopter says how to open an empty engine, and, where it
// keeps what it has, how to open it again; each case gets an engine of its own, unless it says that it
// can do without. Must not be bent to one engine: what it asks is what contract.ts says.

import { after, before, describe, it } from 'node:test';
import type { Behaviour, Case } from './behaviour.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { Bench, type EngineUnderTest } from './bench.ts';

export type { EngineUnderTest } from './bench.ts';

export interface ConformanceOptions {
  /** Cases that this engine does not pass yet, by title, with the reason: reported as `todo`. */
  known?: Record<string, string>;
  /** Cases of one behaviour that run at the same time, where opening an engine takes its time. */
  concurrency?: number;
}

/**
 * Declares the suite with `node:test`.
 *
 * @example
 * runConformance({
 *   name: 'memory',
 *   open: async (time) => new MemoryEngine({ time }),
 * });
 */
export function runConformance(under: EngineUnderTest, options: ConformanceOptions = {}): void {
  describe(`conformance of ${under.name}`, () => {
    for (const behaviour of BEHAVIOURS) {
      if (behaviour.durable === true && under.reopen === undefined) continue;
      if (behaviour.shared === true) onOneEngine(under, behaviour, options);
      else onOneEngineEach(under, behaviour, options);
    }
  });
}

function onOneEngineEach(
  under: EngineUnderTest,
  { title, cases }: Behaviour,
  options: ConformanceOptions,
): void {
  describe(title, { concurrency: options.concurrency ?? 1 }, () => {
    declare(cases, options, async (holds) => {
      const bench = await Bench.open(under);
      try {
        await holds(bench);
      } finally {
        await bench.engine.close();
      }
    });
  });
}

function onOneEngine(
  under: EngineUnderTest,
  { title, cases }: Behaviour,
  options: ConformanceOptions,
): void {
  describe(title, { concurrency: 1 }, () => {
    let bench: Bench;
    before(async () => {
      bench = await Bench.open(under);
    });
    after(() => bench.engine.close());
    declare(cases, options, async (holds) => {
      bench.nextCase();
      await holds(bench);
    });
  });
}

function declare(
  cases: Behaviour['cases'],
  { known = {} }: ConformanceOptions,
  run: (holds: Case) => Promise<void>,
): void {
  for (const [sentence, holds] of Object.entries(cases)) {
    const reason = known[sentence];
    it(sentence, reason === undefined ? {} : { todo: reason }, () => run(holds));
  }
}
