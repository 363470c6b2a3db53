// What the verbs of a lease work with, and how they find one. Reads only.

import type { Lane } from '../engines/batcher.ts';
import type { Engine } from '../engines/contract.ts';
import type { LeaseHolding } from '../kernel/lease.ts';
import type { Answer, CallOptions } from '../stock.ts';
import type { Work } from './attempt.ts';
import type { LimitDirectory } from './limit-directory.ts';

export interface LeaseParts {
  engine: Engine;
  limits: LimitDirectory;
  newId: () => string;
  /** Runs a command as every other one runs. */
  run: <T>(
    lane: Lane,
    options: CallOptions,
    asked: readonly [string, object],
    work: Pick<Work<T>, 'plan' | 'value'>,
  ) => Promise<Answer<T>>;
}

/** The latest decided version, to plan on; never to answer. */
export async function findLease(engine: Engine, id: string): Promise<LeaseHolding | undefined> {
  const document = engine.peek?.(id) ?? (await engine.documents([id]))[0];
  if (document?.kind !== 'lease') return undefined;
  return { document, dueMs: engine.clock().dueMs };
}
