// What a sale under load says at its end: one object for programs, a few lines for people. Each promise of a sale is
// a check that holds or does not; a figure is a check only where a bound was asked for.

import { wronglyRefused } from './idle-units.ts';
import { type Levels, levelsOf, mostInASecond, type SaleStory, storyOf } from './journal-story.ts';
import { SALE_POOL, type SaleRun, type SaleRunOptions } from './sale-run.ts';
import { IDLE_MS_MAX } from './sale-setup.ts';
import { refusalsOf, type Second, totalOf } from './seconds.ts';
import { type Disturbance, disturbanceOf, type ThoseSeconds } from './taken-away.ts';

export interface Check {
  name: string;
  holds: boolean;
  found: number | string;
  allowed: number | string;
}

export interface SaleReport {
  name: 'flash-sale';
  ok: boolean;
  setup: string;
  servers: number;
  by: 'k6' | 'crowd';
  units: number;
  /** Virtual users of k6, or buyers of the crowd. */
  buyers: number;
  seconds: number;
  arrivals: number;
  dropped: number;
  overtaken: number;
  /** Past the sale's rate, accepted or refused. */
  admitted: number;
  accepted: number;
  refused: Record<string, number>;
  paid: number;
  notPaid: number;
  sold: number;
  /** Of those: paid for when their time was over, while there were units. */
  paidLate: number;
  released: number;
  p50Ms: number;
  p99Ms: number;
  /** Missing where it is not known what the machine was not given. */
  disturbance?: Disturbance;
  checks: Check[];
  bySecond: Second[];
  levels: Levels[];
}

export interface Bounds {
  deductionsPerSecondMax?: number;
  p99MsMax?: number;
}

export function saleReport(run: SaleRun, options: SaleRunOptions, bounds: Bounds): SaleReport {
  const { met, entries } = run;
  const { setup, servers, units, load } = options;
  const { bySecond, lastAnswerMs, startedAtMs, p50Ms, p99Ms, paid, notPaid } = met;
  const story = storyOf(entries, SALE_POOL);
  const arrivals = totalOf(bySecond, (second) => second.arrivals);
  const dropped = totalOf(bySecond, (second) => second.dropped);
  const refused = refusalsOf(bySecond);
  const admitted = arrivals - dropped - met.failed - (refused['rate-limited'] ?? 0);
  const checks = checksOf({ run, options, bounds, story, admitted });
  const seconds = Math.ceil(lastAnswerMs / 1_000);
  const disturbance = disturbanceOf(bySecond);
  return {
    name: 'flash-sale',
    ok: checks.every(({ holds }) => holds),
    ...{ setup, servers, by: load.by, units, seconds: options.seconds },
    buyers: load.by === 'k6' ? load.users : load.buyers,
    ...{ arrivals, dropped, overtaken: 'overtaken' in met ? met.overtaken : 0, admitted },
    accepted: totalOf(bySecond, (second) => second.accepted),
    ...{ refused, paid, notPaid, sold: story.sold, paidLate: story.paidLate },
    ...{ released: story.released, p50Ms, p99Ms },
    ...(disturbance && { disturbance }),
    checks,
    bySecond,
    levels: levelsOf(entries, { pool: SALE_POOL, startedAtMs, seconds }),
  };
}

interface Judged {
  run: SaleRun;
  options: SaleRunOptions;
  bounds: Bounds;
  story: SaleStory;
  admitted: number;
}

function checksOf(judged: Judged): Check[] {
  const { run, options, story } = judged;
  const { met, home, keptAtHome, verify } = run;
  const { units, limit } = options;
  return [
    exactly('units sold', story.sold, units),
    exactly('orders that buyers were told are paid', met.paid, story.sold),
    exactly('units still held', story.held + home.held, 0),
    exactly('units back home', home.available, keptAtHome + units - story.sold),
    atMost('units of one buyer', story.perBuyerMax, limit),
    exactly('answers that are neither order nor refusal', met.failed, 0),
    ...rateChecks(judged),
    ...idleChecks(judged),
    { name: 'verify', holds: verify.ok, found: verify.said, allowed: 'no problem' },
  ];
}

function rateChecks({ run, options: { rate }, bounds, story, admitted }: Judged): Check[] {
  const checks: Check[] = [];
  const { met } = run;
  if (rate !== undefined) {
    const allowed = rate.burst + rate.perSecond * (met.lastAnswerMs / 1_000);
    checks.push(atMost('admitted: burst + rate x time', admitted, Math.floor(allowed)));
  }
  const { deductionsPerSecondMax: most, p99MsMax } = bounds;
  if (most !== undefined) {
    checks.push(atMost('deductions in any second', mostInASecond(story.deductionsMs), most));
  }
  if (p99MsMax !== undefined) checks.push(atMost('p99, ms', round(met.p99Ms), p99MsMax));
  return checks;
}

/** k6 does not tell when it met each refusal: of its runs this is known where no unit came back at all. */
function idleChecks({ run: { met }, options: { setup, neverPay }, story }: Judged): Check[] {
  if (!('soldOutAskedMs' in met)) {
    return neverPay === 0 ? [exactly('units released where all pay', story.released, 0)] : [];
  }
  const idleMsMax = IDLE_MS_MAX[setup];
  const refusals = { askedMs: met.soldOutAskedMs, answeredMs: met.soldOutAnsweredMs };
  const wrong = wronglyRefused(story.free, refusals, idleMsMax);
  return [exactly(`refused while a unit lay idle for more than ${idleMsMax} ms`, wrong, 0)];
}

function exactly(name: string, found: number, allowed: number): Check {
  return { name, holds: found === allowed, found, allowed };
}

function atMost(name: string, found: number, allowed: number): Check {
  return {
    name,
    holds: found <= allowed,
    found,
    allowed: `at most ${allowed.toLocaleString('en')}`,
  };
}

export function summaryLines(report: SaleReport): string[] {
  const { setup, servers, by, units, buyers, arrivals, dropped, admitted, accepted } = report;
  const refused = Object.entries(report.refused).map(([code, count]) => `${code} ${count}`);
  return [
    `${setup}, ${servers} server(s), ${by}: ${buyers} buyers for ${units} units`,
    `${arrivals} arrivals, ${dropped} not sent in time, ${admitted} admitted, ${accepted} accepted`,
    `refused: ${refused.join(', ') || 'none'}`,
    `${report.paid} paid (${report.paidLate} late), ${report.released} units released, ${report.sold} sold`,
    `p50 ${report.p50Ms.toFixed(1)} ms, p99 ${report.p99Ms.toFixed(1)} ms`,
    ...disturbanceLines(report),
    ...report.checks.map(
      ({ name, holds, found, allowed }) =>
        `${holds ? 'holds' : 'DOES NOT HOLD'}: ${name}: ${found} (${allowed})`,
    ),
  ];
}

function disturbanceLines({ disturbance }: SaleReport): string[] {
  if (disturbance === undefined) return [];
  const told = (which: string, { seconds, p99MedianMs, p99MaxMs }: ThoseSeconds) =>
    seconds === 0
      ? []
      : `p99 of a second: ${p99MedianMs.toFixed(1)} ms in the median, ${p99MaxMs.toFixed(1)} ms at most of the ${seconds} ${which}`;
  return [
    told('in which the machine had its processors', disturbance.undisturbed),
    told('in which, or just before, it did not', disturbance.disturbed),
  ].flat();
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
