// Whether a server's memory, descriptors, threads and table lag stayed flat: least-squares lines over
// the last two thirds of the samples, the first third being the warming up. Pure; the limits are
// stated here, before any run, and are not options.

import { GENERATION_SIZE_DEFAULT } from '../src/engines/sqlite/fingerprint-set.ts';
import type { Sample } from './sample.ts';

/** Of what is used after a collection, an hour, once the index is taken off. */
export const USED_GROWTH_MAX = 0.05;
/** Of resident memory: what V8 lets stand between collections moves with the machine. */
export const RSS_GROWTH_MAX = 0.15;
/** Beyond the connections that are open at both ends, which come and go with the load. */
export const FDS_GROWTH_MAX = 10;
export const THREADS_GROWTH_MAX = 2;
/** Entries. Reserves are shed at 1,000,000. */
export const LAG_MAX = 50_000;

const MB = 1_048_576;

export interface Line {
  mean: number;
  perHour: number;
  /** Of `perHour`: its standard error. */
  error: number;
}

export interface Flatness {
  flat: boolean;
  /** Heap and buffers after a collection, less the index of requests. */
  used: Line;
  /** Less the index of requests. */
  rss: Line;
  /** What the index of requests takes: it must grow. */
  index: Line;
  /** Without connections that are open at both ends. */
  fds: Line;
  threads: Line;
  lag: Line & { max: number };
  /** What is not flat, in words. */
  problems: string[];
}

export function judgeFlatness(samples: readonly Sample[]): Flatness {
  const judged = samples.slice(Math.floor(samples.length / 3));
  if (judged.length < 3) throw new RangeError('at least five samples are needed');
  const lineOf = (value: (sample: Sample) => number) =>
    fit(judged.map((sample) => [sample.seconds / 3_600, value(sample)]));
  const collected = judged.filter(({ usedMb }) => usedMb !== undefined);
  if (collected.length < 3) throw new RangeError('at least three collections are needed');
  const used = fit(
    collected.map(({ seconds, usedMb, position }) => [
      seconds / 3_600,
      usedMb! - indexMb(position),
    ]),
  );
  const rss = lineOf(({ rssMb, position }) => rssMb - indexMb(position));
  const index = lineOf(({ position }) => indexMb(position));
  const fds = lineOf(({ ownFds }) => ownFds);
  const threads = lineOf((sample) => sample.threads);
  const lag = lineOf(({ tableLag }) => tableLag);
  const lagMax = Math.max(...judged.map(({ tableLag }) => tableLag));
  const problems: string[] = [];
  const check = (name: string, { perHour, error }: Line, most: number) => {
    // What the noise alone could make is no growth.
    if (perHour - 2 * error > most) {
      problems.push(`${name} grow by ${perHour.toFixed(1)} an hour, ${most.toFixed(1)} allowed`);
    }
  };
  check('megabytes in use', used, used.mean * USED_GROWTH_MAX);
  check('megabytes of resident memory', rss, rss.mean * RSS_GROWTH_MAX);
  check('descriptors', fds, FDS_GROWTH_MAX);
  check('threads', threads, THREADS_GROWTH_MAX);
  if (lagMax > LAG_MAX) problems.push(`the tables fell ${lagMax} entries behind`);
  // A lag that rises slowly is unbounded too, only later.
  check('entries of table lag', lag, LAG_MAX / 10);
  return {
    flat: problems.length === 0,
    used,
    rss,
    index,
    fds,
    threads,
    lag: { ...lag, max: lagMax },
    problems,
  };
}

/**
 * What the keys of all accepted commands take: 16 bytes a slot of the open generation, whose table
 * doubles when it is half full, and 8 bytes an entry of closed ones (src/engines/sqlite/request-index.ts).
 */
export function indexMb(position: number): number {
  const closed = Math.floor(position / GENERATION_SIZE_DEFAULT);
  const slots =
    2 ** Math.ceil(Math.log2(Math.max(4_096, 2 * (position % GENERATION_SIZE_DEFAULT))));
  return (closed * GENERATION_SIZE_DEFAULT * 8 + slots * 16) / MB;
}

/** The least-squares line through points of (hours, value). */
export function fit(points: readonly (readonly [hours: number, value: number])[]): Line {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const together = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - mean), 0);
  const perHour = together / spread;
  const left = points.reduce((sum, [x, y]) => sum + (y - mean - perHour * (x - meanX)) ** 2, 0);
  return { mean, perHour, error: Math.sqrt(left / (count - 2) / spread) };
}
