// One measured figure beside its yardstick, and how it is printed.

export interface Figure {
  name: string;
  value: number;
  unit: string;
  yardstick: string;
  yardstickValue: number;
  ratio: number;
  p50Ms: number;
  p99Ms: number;
  accepted: number;
  refused: number;
  /** Units were counted after the run and none was missing or too many. */
  conserved: boolean;
  /** What the run was like, in numbers. */
  [more: string]: string | number | boolean;
}

export function printFigure(figure: Figure, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(figure));
    return;
  }
  const { name, value, unit, yardstick, yardstickValue, ratio, p50Ms, p99Ms } = figure;
  const { accepted, refused, conserved, ...more } = figure;
  console.log(`${name}: ${count(value)} ${unit}`);
  console.log(`  ${ratio.toFixed(2)} of ${yardstick} (${count(yardstickValue)} in the same run)`);
  console.log(`  p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`);
  const kept = conserved ? 'conserved' : 'NOT CONSERVED';
  console.log(`  accepted ${count(accepted)}, refused ${count(refused)}, units ${kept}`);
  for (const [key, extra] of Object.entries(more)) {
    if (!BASE.has(key))
      console.log(`  ${key}: ${typeof extra === 'number' ? count(extra) : extra}`);
  }
}

const BASE = new Set([
  'name',
  'value',
  'unit',
  'yardstick',
  'yardstickValue',
  'ratio',
  'p50Ms',
  'p99Ms',
]);

function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return 0;
  // Half a minute of load is millions of values: a typed array sorts them ten times faster.
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
