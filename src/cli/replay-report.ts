// How the result of a replay is told: as text for people and as JSON for programs. Both from the
// same numbers; computes nothing but sums and rates.

import {
  type LineOutcome,
  OUTCOMES,
  outcomeText,
  PART_OUTCOMES,
  type UnitOutcome,
} from '../replay/outcomes.ts';
import type { ReplayResult } from '../replay/replay.ts';
import type { VerifyReport } from '../verify/verify.ts';
import { grouped } from './numbers.ts';
import { problemLines, verdict } from './verify-report.ts';

export interface ReplayRun {
  file: string;
  engine: string;
  stock: string;
  partial: boolean;
  inFlightMax: number;
}

const LINE_OUTCOMES = [...Object.keys(OUTCOMES), ...Object.keys(PART_OUTCOMES)] as LineOutcome[];

/** The one object that `--json` prints. */
export function reportJson(run: ReplayRun, result: ReplayResult, verified: VerifyReport) {
  const { outcomes, seconds, ...rest } = result;
  return {
    name: 'replay',
    ok: result.problems.length === 0 && verified.ok,
    ...run,
    ...rest,
    seconds: round(seconds),
    commandsPerSecond: round(result.commands / seconds),
    linesPerSecond: round(result.lines / seconds),
    ...totals(result),
    linesByOutcome: outcomes.lines,
    unitsByOutcome: outcomes.units,
    verify: verified,
  };
}

/** Lines and units, each under one of five headings that add up to the whole file. */
function totals({ outcomes }: ReplayResult) {
  const { lines, units } = outcomes;
  const sum = <Name extends string>(counts: Record<Name, number>, names: readonly Name[]) =>
    names.reduce((total, name) => total + counts[name], 0);
  const done = {
    sold: { lines: sum(lines, ['sold', 'sold-in-part']), units: units.sold },
    returned: { lines: sum(lines, ['returned', 'returned-in-part']), units: units.returned },
    writtenOff: {
      lines: sum(lines, ['written-off', 'written-off-in-part']),
      units: units['written-off'],
    },
  };
  const aside: UnitOutcome[] = [
    'not-goods',
    'no-invoice',
    'no-sku',
    'bad-quantity',
    'out-of-bounds',
  ];
  const setAside = { lines: sum(lines, aside), units: sum(units, aside) };
  const counted = Object.values({ ...done, setAside });
  const refused = {
    lines: sum(lines, LINE_OUTCOMES) - counted.reduce((total, each) => total + each.lines, 0),
    units:
      sum(units, Object.keys(OUTCOMES) as UnitOutcome[]) -
      counted.reduce((total, each) => total + each.units, 0),
  };
  return { ...done, refused, setAside };
}

export function reportText(run: ReplayRun, result: ReplayResult, verified: VerifyReport): string {
  const { invoices, lines, units, pools, stockUnits, commands, resumed, seconds } = result;
  const mode = run.partial ? 'as far as stock goes' : 'all or nothing per invoice';
  const text = [
    `${run.file} on ${run.engine}, stock ${run.stock} of what is ordered, ${mode}`,
    `${grouped(pools)} pools with ${grouped(stockUnits)} units; ${grouped(invoices)} invoices, ` +
      `${grouped(lines)} lines, ${grouped(units)} units`,
    '',
    row('', 'lines', 'units'),
    ...Object.entries(totals(result)).map(([name, count]) =>
      row(HEADINGS[name as keyof typeof HEADINGS], grouped(count.lines), grouped(count.units)),
    ),
    row('Together', grouped(lines), grouped(units)),
    '',
    'What became of the lines:',
    ...LINE_OUTCOMES.filter((name) => result.outcomes.lines[name] > 0).map(
      (name) =>
        `  ${grouped(result.outcomes.lines[name]).padStart(9)}  ${name.padEnd(23)} ${outcomeText(name)}`,
    ),
    '',
    `${grouped(commands)} commands in ${seconds.toFixed(1)} s: ${grouped(commands / seconds)} commands/s, ` +
      `${grouped(lines / seconds)} lines/s; at most ${grouped(result.inFlightPeak)} in flight` +
      (resumed > 0 ? `; ${grouped(resumed)} commands stood in the journal already` : ''),
    `digest of balances  ${result.balancesDigest}`,
    `digest of outcomes  ${result.outcomesDigest}`,
    ...result.problems.map((problem) => `PROBLEM: ${problem}`),
    ...problemLines(verified),
    verdict(verified),
  ];
  return `${text.join('\n')}\n`;
}

const HEADINGS = {
  sold: 'Sold',
  returned: 'Returned',
  writtenOff: 'Written off',
  refused: 'Refused',
  setAside: 'Set aside',
};

function row(name: string, lines: string, units: string): string {
  return `  ${name.padEnd(12)}${lines.padStart(12)}${units.padStart(14)}`;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
