// Makes one report of several runs of node:test: their events in order, one closing summary, and
// after it every skipped and every known-to-fail test with its reason, so that nobody takes a test
// that did not run for one that passed, and the files that took longest. Must never hide an event.

import { relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TestsStream } from 'node:test';
import { spec } from 'node:test/reporters';
import { inspect } from 'node:util';
import { ROOT } from './test-files.ts';

/** So many files are named at the end by the time that they took. */
const SLOWEST = 25;
/** Of what failed, at the end: so many lines, of each at least so many. */
const FAILURE_LINES = { all: 24, each: 4 };

interface Counts {
  tests: number;
  suites: number;
  passed: number;
  failed: number;
  cancelled: number;
  skipped: number;
  todo: number;
}

export interface TestTotals extends Counts {
  /** Sentences: the test and why it did not run. */
  skips: string[];
}

interface EventData {
  name?: string;
  file?: string;
  nesting?: number;
  message?: string;
  counts?: Counts;
  skip?: string | boolean;
  todo?: string | boolean;
  details?: { duration_ms?: number; error?: Error };
}

interface Event {
  type: string;
  data: EventData;
}

/** Runs one after another; the next is asked for when the one before has ended. */
export type Lane = Iterable<() => TestsStream>;

/** Prints the runs as they go: the lanes of a step side by side, each step when the one before has ended. */
export async function reportRuns(steps: readonly (readonly Lane[])[]): Promise<TestTotals> {
  const totals: TestTotals = { ...ZERO, skips: [] };
  const todos: string[] = [];
  const failures: string[] = [];
  const fileMs = new Map<string, number>();
  const startMs = performance.now();
  async function* events() {
    for (const lanes of steps) {
      for await (const event of sideBySide(lanes)) {
        if (isTotal(event)) add(totals, event.data);
        else if (!isSummaryLine(event)) yield event;
        note(event, { skips: totals.skips, todos });
        const failure = failureIn(event);
        if (failure !== undefined) {
          // Nobody waits for the end of the run to see what is wrong.
          yield { type: 'test:stderr', data: { message: `${failure}\n` } };
          failures.push(failure);
        }
        if (isEnd(event)) addTime(fileMs, event.data);
      }
    }
    for (const message of summaryLines(totals, performance.now() - startMs)) {
      yield { type: 'test:diagnostic', data: { nesting: 0, message, level: 'info' } };
    }
  }
  await pipeline(Readable.from(events()), new spec(), process.stdout, { end: false });
  list('SLOWEST FILES (seconds in their tests)', slowest(fileMs));
  list('NOT RUN (skipped)', totals.skips);
  list('KNOWN TO FAIL (todo)', todos);
  // Behind all the others: the end is what is seen of a long run.
  const lines = Math.max(FAILURE_LINES.each, Math.floor(FAILURE_LINES.all / failures.length));
  list(
    'FAILED',
    failures.map((each) => each.split('\n', lines).join('\n  ')),
  );
  return totals;
}

/** Events of several lanes, those of a file after each other: a reporter takes them for one run. */
async function* sideBySide(lanes: readonly Lane[]): AsyncGenerator<Event> {
  const waiting = lanes.map(filesOf);
  const next = new Map(waiting.map((each, index) => [index, each.next()]));
  while (next.size > 0) {
    const first = await Promise.race(
      [...next].map(async ([index, promise]) => ({ index, result: await promise })),
    );
    if (first.result.done) next.delete(first.index);
    else {
      next.set(first.index, waiting[first.index]!.next());
      yield* first.result.value;
    }
  }
}

/** Each time all events up to the end of something that stands in nothing else. */
async function* filesOf(lane: Lane): AsyncGenerator<Event[]> {
  for (const start of lane) {
    let events: Event[] = [];
    for await (const event of start() as AsyncIterable<Event>) {
      events.push(event);
      if (!isEnd(event)) continue;
      yield events;
      events = [];
    }
    yield events;
  }
}

function isEnd({ type, data }: Event): boolean {
  return (type === 'test:pass' || type === 'test:fail') && data.nesting === 0;
}

const ZERO: Counts = {
  tests: 0,
  suites: 0,
  passed: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
  todo: 0,
};

function isTotal({ type, data }: Event): boolean {
  return type === 'test:summary' && data.file === undefined;
}

/** The closing lines of one run, which would be taken for those of all. */
function isSummaryLine({ type, data }: Event): boolean {
  return type === 'test:diagnostic' && data.file === undefined && data.nesting === 0;
}

function add(totals: Counts, { counts }: EventData): void {
  for (const key of Object.keys(ZERO) as (keyof Counts)[]) totals[key] += counts?.[key] ?? 0;
}

function note({ type, data }: Event, { skips, todos }: { skips: string[]; todos: string[] }): void {
  if (type !== 'test:pass' && type !== 'test:fail') return;
  const { name = '', skip, todo } = data;
  if (skip !== undefined && skip !== false) skips.push(`${name}: ${reason(skip)}`);
  if (todo !== undefined && todo !== false) {
    todos.push(`${name}: ${reason(todo)}${type === 'test:pass' ? ' (IT PASSES NOW)' : ''}`);
  }
}

/** A test that failed and was not to; not what only stands around it. */
function failureIn({ type, data: { name, file, todo, details } }: Event): string | undefined {
  if (type !== 'test:fail' || (todo !== undefined && todo !== false)) return undefined;
  const { error } = details ?? {};
  if ((error as { failureType?: string } | undefined)?.failureType === 'subtestsFailed') return;
  const where = file === undefined ? '' : ` (${relative(ROOT, file)})`;
  return `${name}${where}\n${inspect(error?.cause ?? error)}`;
}

function addTime(fileMs: Map<string, number>, { file, details }: EventData): void {
  if (file === undefined) return;
  fileMs.set(file, (fileMs.get(file) ?? 0) + (details?.duration_ms ?? 0));
}

/** What to look at first when all of it takes too long. */
function slowest(fileMs: ReadonlyMap<string, number>): string[] {
  const files = [...fileMs].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
  return files.map(([file, ms]) => `${(ms / 1000).toFixed(1).padStart(6)} ${relative(ROOT, file)}`);
}

function reason(given: string | boolean): string {
  return typeof given === 'string' && given !== '' ? given : 'no reason given';
}

function summaryLines(totals: Counts, durationMs: number): string[] {
  const { tests, suites, passed, failed, cancelled, skipped, todo } = totals;
  return [
    `tests ${tests}`,
    `suites ${suites}`,
    `pass ${passed}`,
    `fail ${failed}`,
    `cancelled ${cancelled}`,
    `skipped ${skipped}`,
    `todo ${todo}`,
    `duration_ms ${Math.round(durationMs)}`,
  ];
}

function list(title: string, sentences: readonly string[]): void {
  if (sentences.length === 0) return;
  const counts = new Map<string, number>();
  for (const sentence of sentences) counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  console.log(`\n════ ${title}: ${sentences.length} ════`);
  for (const [sentence, count] of counts) {
    console.log(`  ${sentence}${count > 1 ? ` (${count} times)` : ''}`);
  }
}
