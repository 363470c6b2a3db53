// The figure of slices that were measured in turn with slices of a yardstick: medians of the slices,
// ratios of those that stood beside each other. Measures nothing.

import { type Figure, median, quantile } from '../figure.ts';
import type { Measured } from './request-load.ts';

/** Which answers count: one kind of them, or both. */
export type Counted = 'accepted' | 'refused' | 'answered';

/** A slice, and the one of the yardstick beside it. */
export interface Compared {
  own: Measured;
  beside: Measured;
}

export interface ComparedName {
  name: string;
  unit: string;
  yardstick: string;
  /** Which answers count. The yardstick's are those that accept. */
  counts: Counted;
  connections: number;
  liveBefore: number;
  asked: Record<string, number>;
}

export function comparedFigure(named: ComparedName, slices: readonly Compared[]): Figure {
  const { counts, asked, name, unit, yardstick, ...more } = named;
  const own = slices.map((slice) => slice.own);
  const beside = slices.map((slice) => slice.beside);
  const sum = (of: (one: Measured) => number) => own.reduce((total, one) => total + of(one), 0);
  const latenciesMs = own.flatMap((one) => one.latenciesMs);
  const besideMs = beside.flatMap((one) => one.latenciesMs);
  return {
    name,
    value: median(own.map((one) => rate(one, counts))),
    unit,
    yardstick,
    yardstickValue: median(beside.map((one) => rate(one, 'accepted'))),
    ratio: median(slices.map((slice) => rate(slice.own, counts) / rate(slice.beside, 'accepted'))),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    accepted: sum((one) => one.accepted),
    refused: sum((one) => one.refused),
    conserved: sum((one) => one.failed) === 0,
    shed: sum((one) => one.shed),
    failed: sum((one) => one.failed),
    ...more,
    yardstickP50Ms: quantile(besideMs, 0.5),
    yardstickP99Ms: quantile(besideMs, 0.99),
    loadShare: median(own.map((one) => one.loadShare)),
    yardstickLoadShare: median(beside.map((one) => one.loadShare)),
    ...asked,
  };
}

export function rate(measured: Measured, counts: Counted): number {
  const { accepted, refused, seconds } = measured;
  const counted = { accepted, refused, answered: accepted + refused };
  return Math.round(counted[counts] / seconds);
}
