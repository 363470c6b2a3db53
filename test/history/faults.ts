// The faults that the checker must find alone, as edits of the product's own source: a text that
// stands there exactly once, and what stands in its place in a copy made for the test.

export interface Fault {
  name: string;
  file: string;
  before: string;
  after: string;
}

export interface InProcessFault extends Fault {
  over: 'memory' | 'sqlite';
  /** How many histories may pass before it is found. */
  within: number;
}

/** Answered while the journal is still being written: only a death in between can show it. */
export const ANSWERED_TOO_EARLY: Fault = {
  name: 'answered before it is on disk',
  file: 'src/engines/sqlite/sqlite-engine.ts',
  before: 'this.#durability.answer({ last, outcomes, entries, resolve, reject });',
  after:
    'resolve(outcomes);\n      this.#durability.answer({ last, outcomes, entries, resolve() {}, reject() {} });',
};

export const FAULTS: readonly InProcessFault[] = [
  {
    name: 'released twice: two cancels at once both take effect',
    file: 'src/kernel/give-back.ts',
    before: 'const back: GivenBack = {\n    guards: [versionGuard(document)],',
    after: 'const back: GivenBack = {\n    guards: [],',
    over: 'memory',
    within: 60,
  },
  {
    name: 'the key is checked after the stock',
    file: 'src/kernel/apply.ts',
    before: 'if (first !== undefined) {',
    after:
      'if (first !== undefined && attempt.make(transaction) === undefined) {\n attempt.takeBack();',
    over: 'memory',
    within: 60,
  },
  {
    name: 'what is due is ignored',
    file: 'src/kernel/overlay.ts',
    before: 'return still.slice(0, limit);',
    after: 'return still.slice(0, 0);',
    over: 'memory',
    within: 60,
  },
  {
    name: 'a torn batch: the second half of its accounts is not taken over',
    file: 'src/engines/live-state.ts',
    before: 'for (const change of applied.accounts) {',
    after:
      'let left = applied.accounts.length / (applied.entries.length > 2 ? 2 : 1);\n    for (const change of applied.accounts) {\n      if (left-- <= 0) break;',
    over: 'sqlite',
    within: 60,
  },
  {
    name: 'a number of a pool is used twice in one batch',
    file: 'src/kernel/apply.ts',
    before: 'owner.seq += 1;',
    after: 'owner.seq = this.#overlay.snapshot.seq(owner.owner) + 1;',
    over: 'memory',
    within: 60,
  },
  {
    name: 'off by one: the last unit is sold once more',
    file: 'src/kernel/apply.ts',
    before: 'const spare = spareOf(source);',
    after:
      'source.floor = source.id.endsWith("/available") ? -1 : source.floor;\n      const spare = spareOf(source);',
    over: 'memory',
    within: 60,
  },
  {
    name: 'a lost release: what a confirm in part leaves is not given back',
    file: 'src/kernel/finish.ts',
    before: 'moves : [...moves, ...back.moves],',
    after: 'moves : moves,',
    over: 'memory',
    within: 60,
  },
  {
    name: 'an expiry that comes too early',
    file: 'src/kernel/overlay.ts',
    before: 'document.deadlineMs <= dueMs && document.tentative',
    after: 'document.deadlineMs - 3 <= dueMs && document.tentative',
    over: 'memory',
    within: 60,
  },
];
