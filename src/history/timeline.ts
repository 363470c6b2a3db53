// Lays a history out: who did what in which stretch of the shared order, one row per client. The text
// here and the drawing in picture.ts show the same rows.

import type { History, Operation } from './operation.ts';
import { describe } from './words.ts';

export interface Bar {
  operation: Operation;
  /** The number in the list below the rows. */
  number: number;
  /** Columns, from 0. */
  from: number;
  to: number;
  open: boolean;
  /** Its place in the longest order that went well; missing where there was none. */
  place: number | undefined;
  words: string;
}

export interface Timeline {
  /** Operations before these, all of them explained, that are not shown. */
  hidden: number;
  clients: number[];
  columns: number;
  bars: Bar[];
  startMs: number;
}

/** Explained operations that are shown before the first that is not. */
const SHOWN_BEFORE = 20;

export function layOut(history: History, order: readonly Operation[]): Timeline {
  const indexes = new Set(history.operations.map(({ index }) => index));
  const explained = order.filter(({ index }) => indexes.has(index));
  const operations = shownOf(history.operations, explained);
  const moments = operations
    .flatMap(({ invoked, completed }) => [invoked, completed ?? Number.NaN])
    .filter((moment) => !Number.isNaN(moment))
    .sort((a, b) => a - b);
  const columnOf = new Map(moments.map((moment, column) => [moment, column]));
  const places = new Map(explained.map(({ index }, place) => [index, place + 1]));
  const startMs = Math.min(...operations.map(({ fromMs }) => fromMs));
  const bars = [...operations]
    .sort((a, b) => a.invoked - b.invoked)
    .map((operation, index): Bar => {
      const { invoked, completed } = operation;
      return {
        operation,
        number: index + 1,
        from: columnOf.get(invoked)!,
        to: completed === undefined ? moments.length : columnOf.get(completed)!,
        open: completed === undefined,
        place: places.get(operation.index),
        words: describe(operation, startMs),
      };
    });
  const clients = [...new Set(operations.map(({ client }) => client))].sort((a, b) => a - b);
  const hidden = history.operations.length - operations.length;
  return { hidden, clients, columns: moments.length + 1, bars, startMs };
}

/** All but those long before: explained, and answered before the last explained ones were asked. */
function shownOf(operations: readonly Operation[], order: readonly Operation[]): Operation[] {
  const recent = order.slice(-SHOWN_BEFORE).map(({ invoked }) => invoked);
  const fromHere = Math.min(...recent);
  const explained = new Set(order.map(({ index }) => index));
  return operations.filter(({ index, completed }) =>
    completed === undefined
      ? !explained.has(index)
      : !explained.has(index) || completed >= fromHere,
  );
}

const COLUMN_CHARACTERS = 3;

/** A row of bars per client, and below them what each operation asked and was told. */
export function drawText(timeline: Timeline): string {
  const { hidden, clients, columns, bars, startMs } = timeline;
  const width = columns * COLUMN_CHARACTERS + 4;
  const rows = clients.flatMap((client) =>
    lanes(bars.filter(({ operation }) => operation.client === client)).map((lane) => {
      const row = Array.from({ length: width }, () => ' ');
      for (const bar of lane) drawBar(row, bar);
      return `client ${client}  ${row.join('').trimEnd()}`;
    }),
  );
  const list = bars.map(({ number, place, open, operation, words }) => {
    const { fromMs, untilMs } = operation;
    const mark =
      place === undefined && !open ? 'NO PLACE' : place === undefined ? '-' : `#${place}`;
    const until = untilMs === undefined ? '?' : `+${untilMs - startMs}`;
    const window = `+${fromMs - startMs} to ${until} ms`;
    return `${String(number).padStart(4)} ${mark.padStart(8)}  ${window.padEnd(16)} ${words}`;
  });
  const before = hidden === 0 ? '' : `(${hidden} operations before these are explained)\n`;
  return `${before}${rows.join('\n')}\n\n${list.join('\n')}`;
}

/** Unanswered operations have no end: what the client did next stands in a row of its own. */
export function lanes(bars: readonly Bar[]): Bar[][] {
  const found: Bar[][] = [];
  for (const bar of bars) {
    const lane = found.find((each) => each.at(-1)!.to < bar.from);
    if (lane === undefined) found.push([bar]);
    else lane.push(bar);
  }
  return found;
}

function drawBar(row: string[], { from, to, number, open, place }: Bar): void {
  const [start, end] = [from * COLUMN_CHARACTERS, to * COLUMN_CHARACTERS];
  const line = place === undefined && !open ? '!' : open ? '.' : '-';
  for (let at = start; at <= end; at += 1) row[at] = line;
  row[start] = '|';
  row[end] = open ? '?' : '|';
  [...String(number)].forEach((digit, index) => {
    row[start + 1 + index] = digit;
  });
}
