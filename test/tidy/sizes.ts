// The files that are longer than 250 lines, with their length and why it is so. The list only
// shrinks: a file that grows past its entry, or an entry that its file no longer needs, fails.

export interface LongFile {
  linesMax: number;
  why: string;
}

/** A file this long is a smell and needs an entry below. */
export const LINES_SMELL = 250;
/** How many of 100 source files may be longer than 120 lines. Lower it when there are fewer. */
export const OVER_120_PERCENT_MAX = 27;

export const LONG_FILES: Record<string, LongFile> = {
  'src/engines/contract.ts': {
    linesMax: 390,
    why: 'the whole seam on one page, nearly all of it doc comments of types',
  },
  'src/engines/sqlite/sqlite-engine.ts': {
    linesMax: 315,
    why: 'every method of Engine, most of them one line to the part that does it',
  },
  'src/engines/sqlite/mending-engine.ts': {
    linesMax: 275,
    why: 'every method of Engine once more, passed on to the opening of the moment',
  },
  'src/engines/postgres/postgres-engine.ts': {
    linesMax: 280,
    why: 'every method of Engine, and what has to be opened and closed in order',
  },
  'src/engines/redis/redis-engine.ts': {
    linesMax: 266,
    why: 'every method of Engine, passed on to the epoch of the moment',
  },
  'src/kernel/apply.ts': {
    linesMax: 311,
    why: 'the one decider: its checks follow each other in the order that the contract states',
  },
  'src/stock.ts': {
    linesMax: 395,
    why: 'every verb of the library as a method that says which rule plans it',
  },
  'test/model/judge.ts': {
    linesMax: 265,
    why: 'the comparison of two shops, one check per thing that can be seen of them',
  },
  'test/verify/planted-damage.test.ts': {
    linesMax: 350,
    why: 'a table of damages, one case each',
  },
};
