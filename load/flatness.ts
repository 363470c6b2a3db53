// Whether a server's memory, descriptors, threads and table lag stayed flat: least-squares lines over
// the last two thirds of the samples, the first third being the warming up. Pure; the limits are
// stated here, before any run, and are not options.

import type { Sample } from './sample.ts';

/**
 * What memory must grow by: each accepted command's key stays known. An open generation of the index
 * takes 32 to 64 bytes an entry, a closed one 8; over a run of several generations 16 is the least
 * that is always there.
 */
export const INDEX_BYTES_PER_ENTRY = 16;
/** Of its mean an hour, once the index is taken off. */
export const MEMORY_GROWTH_MAX = 0.05;
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
  rss: Line & { allowedPerHour: number; restPerHour: number };
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
  const lineOf = (name: keyof Sample) =>
    fit(judged.map((sample) => [sample.seconds / 3_600, sample[name]]));
  const [rss, fds, threads, lag] = [
    lineOf('rssMb'),
    lineOf('ownFds'),
    lineOf('threads'),
    lineOf('tableLag'),
  ];
  const allowedPerHour = (lineOf('position').perHour * INDEX_BYTES_PER_ENTRY) / MB;
  const restPerHour = rss.perHour - allowedPerHour;
  const lagMax = Math.max(...judged.map(({ tableLag }) => tableLag));
  const problems: string[] = [];
  const check = (name: string, { error }: Line, growth: number, most: number) => {
    // What the noise alone could make is no growth.
    if (growth - 2 * error > most) {
      problems.push(`${name} grow by ${growth.toFixed(1)} an hour, ${most.toFixed(1)} allowed`);
    }
  };
  check('megabytes of memory', rss, restPerHour, rss.mean * MEMORY_GROWTH_MAX);
  check('descriptors', fds, fds.perHour, FDS_GROWTH_MAX);
  check('threads', threads, threads.perHour, THREADS_GROWTH_MAX);
  if (lagMax > LAG_MAX) problems.push(`the tables fell ${lagMax} entries behind`);
  // A lag that rises slowly is unbounded too, only later.
  check('entries of table lag', lag, lag.perHour, LAG_MAX / 10);
  return {
    flat: problems.length === 0,
    rss: { ...rss, allowedPerHour, restPerHour },
    fds,
    threads,
    lag: { ...lag, max: lagMax },
    problems,
  };
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
