// A figure out of slices of closed loops: what is measured beside its yardstick, slice by slice. Rates are
// medians of slices, ratios medians of each slice's ratio. Measures nothing.

import { type Figure, median, quantile } from '../figure.ts';
import type { LoopCounts } from './closed-loop.ts';

export interface LoopSlices {
  own: readonly LoopCounts[];
  /** The yardstick's, of the same slices. */
  beside: readonly LoopCounts[];
}

export interface LoopName {
  name: string;
  unit: string;
  yardstick: string;
  conserved: boolean;
}

export function loopFigure(
  { name, unit, yardstick, conserved }: LoopName,
  { own, beside }: LoopSlices,
): Figure {
  const sum = (of: (slice: LoopCounts) => number) =>
    own.reduce((total, each) => total + of(each), 0);
  const [times, yardstickTimes] = [own, beside].map((side) =>
    side.flatMap((each) => each.latenciesMs),
  );
  const failed = sum((slice) => slice.failed);
  return {
    name,
    value: rateOf(own),
    unit,
    yardstick,
    yardstickValue: rateOf(beside),
    ratio: ratioOf(own, beside),
    p50Ms: quantile(times!, 0.5),
    p99Ms: quantile(times!, 0.99),
    accepted: sum((slice) => slice.accepted),
    refused: sum((slice) => slice.refused),
    conserved: conserved && failed === 0,
    failed,
    yardstickP50Ms: quantile(yardstickTimes!, 0.5),
    yardstickP99Ms: quantile(yardstickTimes!, 0.99),
  };
}

function rateOf(slices: readonly LoopCounts[]): number {
  return Math.round(median(slices.map((slice) => slice.acceptedPerSecond)));
}

/** How many times the other's rate, slice by slice. */
export function ratioOf(own: readonly LoopCounts[], beside: readonly LoopCounts[]): number {
  return median(
    own.map((slice, index) => slice.acceptedPerSecond / beside[index]!.acceptedPerSecond),
  );
}

export function perSecond({ acceptedPerSecond }: LoopCounts): string {
  return `${Math.round(acceptedPerSecond)}/s`;
}
