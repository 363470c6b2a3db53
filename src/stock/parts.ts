// What is built on the library from inside it: a use plans its own transactions with the kernel, and
// has them carried through as every command is. Types only.

import type { Lane } from '../engines/batcher.ts';
import type { Document, Engine } from '../engines/contract.ts';
import type { Holding } from '../kernel/give-back.ts';
import type { ReserveContext } from '../kernel/reserve.ts';
import type { Segments } from '../kernel/segments.ts';
import type { Answer, CallOptions } from '../stock.ts';
import type { Asking, Work } from './attempt.ts';
import type { Turns } from './turns.ts';

export interface StockParts {
  engine: Engine;
  newId: () => string;
  /** Work that documents ask for when they fall due. */
  turns: Turns;
  /**
   * Runs a command as every other one runs: found again under its key, planned anew where somebody was
   * faster, what is due freed first. `asked` names the command for its fingerprint.
   */
  run: <T>(
    lane: Lane,
    options: CallOptions,
    asked: readonly [string, object],
    work: Pick<Work<T>, 'plan' | 'value'> & { ifMatch?: Work<T>['ifMatch'] },
  ) => Promise<Answer<T>>;
  /** What the kernel needs to plan a reservation of these lines: ids, the time, the rules that cover them. */
  reserving: (
    lines: readonly { pool: string }[],
    asking?: Asking,
  ) => ReserveContext | Promise<ReserveContext>;
  /** How a pool is sold in segments, as far as is known. */
  segmentsOf: (pool: string) => Segments | undefined;
  /** The latest decided version, to plan on; never to answer. */
  latest: (id: string) => Document | undefined | Promise<Document | undefined>;
  /** A reservation with what it names, to plan on. */
  holdingOf: (document: Document, dueMs: number) => Holding | Promise<Holding>;
  /** Makes documents that are due fall due now. */
  settle: (due: readonly Document[]) => Promise<number>;
}
