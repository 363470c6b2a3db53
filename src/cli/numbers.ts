// Reads the numbers and times that options carry, and writes numbers for people.

import { InvalidArgumentError } from 'commander';

/** A parser for a whole number within bounds. */
export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** A moment as ISO 8601, in ms; without a zone it is UTC. */
export function instantMs(text: string): number {
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text);
  const dateAlone = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const ms = Date.parse(zoned || dateAlone ? text : `${text}Z`);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && Number.isFinite(ms)) return ms;
  throw new InvalidArgumentError('It must be a time such as 2026-03-01T12:00:00Z.');
}

const GROUPED = new Intl.NumberFormat('en-GB');

/** `541,909` */
export function grouped(value: number): string {
  return GROUPED.format(Math.round(value));
}
