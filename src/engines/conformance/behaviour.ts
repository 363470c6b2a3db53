// The form of a conformance case: a sentence, and what must hold on a fresh engine. A file per
// behaviour exports its cases as a table; nothing here knows a test runner.

import type { Bench } from './bench.ts';

export type Case = (bench: Bench) => Promise<void>;

export interface Behaviour {
  title: string;
  /** Only for engines that keep what they have over a restart. */
  durable?: true;
  /**
   * One engine serves all cases, one after another, because opening one may take its time: each
   * touches only what it names by `bench.own`, and counts its time from `bench.startMs`; or all
   * read what the first has prepared.
   */
  shared?: true;
  cases: Record<string, Case>;
}
