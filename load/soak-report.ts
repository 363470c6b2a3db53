// What a soak says at its end: one object for programs, a few lines for people. Decides `ok`: flat,
// conserved, verified, stopped in good order, and no answer that must not be.

import { median } from '../src/bench/figure.ts';
import { type Flatness, judgeFlatness } from './flatness.ts';
import type { SoakRun } from './soak-run.ts';

export interface SoakReport {
  name: 'soak';
  ok: boolean;
  minutes: number;
  rate: number;
  holdSeconds: number;
  accepted: number;
  refused: number;
  unknown: number;
  notSent: number;
  wrongCount: number;
  wrong: string[];
  done: Record<string, number>;
  refusals: Record<string, number>;
  entries: number;
  reserveP50Ms: number;
  reserveP99Ms: number;
  flatness: Flatness;
  conserved: boolean;
  units: number;
  sold: number;
  conservationProblems: string[];
  verified: boolean;
  verifySaid: string;
  exitCode: number | null;
  serverSaid: string;
}

export function reportOf(
  run: SoakRun,
  { minutes, rate, holdSeconds }: { minutes: number; rate: number; holdSeconds: number },
): SoakReport {
  const { samples, ledger, notSent, conservation, exitCode, said, verify } = run;
  const flatness = judgeFlatness(samples);
  const judged = samples.slice(Math.floor(samples.length / 3));
  const { accepted, refused, unknown, wrongCount, wrong } = ledger;
  const good = flatness.flat && conservation.conserved && verify.ok;
  return {
    name: 'soak',
    ok: good && exitCode === 0 && wrongCount === 0,
    minutes,
    rate,
    holdSeconds,
    accepted,
    refused,
    unknown,
    notSent,
    wrongCount,
    wrong,
    done: Object.fromEntries(ledger.done),
    refusals: Object.fromEntries(ledger.refusals),
    entries: samples.at(-1)!.position,
    reserveP50Ms: median(judged.map(({ reserveP50Ms }) => reserveP50Ms)),
    reserveP99Ms: median(judged.map(({ reserveP99Ms }) => reserveP99Ms)),
    flatness,
    conserved: conservation.conserved,
    units: conservation.units,
    sold: conservation.sold,
    conservationProblems: conservation.problems.slice(0, 50),
    verified: verify.ok,
    verifySaid: verify.said,
    exitCode,
    serverSaid: said,
  };
}

export function summaryLines(report: SoakReport): string[] {
  const { flatness, accepted, refused, unknown, notSent, minutes, rate } = report;
  const { used, rss, index, fds, threads, lag } = flatness;
  const slope = ({ mean, perHour, error }: typeof fds) =>
    `mean ${mean.toFixed(1)}, ${signed(perHour)} ± ${error.toFixed(1)} an hour`;
  return [
    `${minutes} min at ${rate}/s: ${accepted} accepted, ${refused} refused, ${unknown} unknown, ${notSent} not sent`,
    `reserve p50 ${report.reserveP50Ms.toFixed(1)} ms, p99 ${report.reserveP99Ms.toFixed(1)} ms (medians of the samples)`,
    `in use, MB   ${slope(used)}, after collections, without the index of requests`,
    `resident, MB ${slope(rss)}, without the index of requests`,
    `index, MB    ${slope(index)}`,
    `descriptors  ${slope(fds)}`,
    `threads      ${slope(threads)}`,
    `table lag    ${slope(lag)}, at most ${lag.max}`,
    `units        ${report.conserved ? 'conserved' : 'NOT CONSERVED'}, ${report.units} in stock and sold`,
    `verify       ${report.verifySaid}`,
    ...[...flatness.problems, ...report.conservationProblems, ...report.wrong].map(
      (problem) => `PROBLEM: ${problem}`,
    ),
    report.ok ? 'flat' : 'NOT FLAT, OR NOT RIGHT',
  ];
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
}
