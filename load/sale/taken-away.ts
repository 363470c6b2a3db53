// How much of the processors' time a virtual machine was not given while it wanted it ("steal" in proc(5)): what was
// slow then says nothing of whoever was measured. Reads /proc/stat; knows nothing elsewhere than on Linux.

import { readFileSync } from 'node:fs';
import type { Second } from './seconds.ts';

const LOOK_EVERY_MS = 100;
const STEAL_AT = 7;
/** user, nice, system, idle, iowait, irq, softirq, steal; what comes behind is counted in those. */
const TIMES = 8;
/** From here on a second, or the one before it, counts as disturbed. */
const DISTURBED = 0.02;

interface Sample {
  atMs: number;
  taken: number;
  all: number;
}

export class TakenAway {
  readonly #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#look();
  }

  /** Adds to each second what share of all processors' time was taken away in it, where that is known. */
  in(bySecond: readonly Second[], startedAtMs: number): Second[] {
    return bySecond.map((second) => {
      const fromMs = startedAtMs + second.second * 1_000;
      const takenAway = this.#share(fromMs, fromMs + 1_000);
      return takenAway === undefined ? second : { ...second, takenAway };
    });
  }

  #share(fromMs: number, toMs: number): number | undefined {
    const from = this.#samples.findLast(({ atMs }) => atMs <= fromMs);
    const to = this.#samples.find(({ atMs }) => atMs >= toMs);
    if (from === undefined || to === undefined || to.all === from.all) return undefined;
    return (to.taken - from.taken) / (to.all - from.all);
  }

  #look(): void {
    const sample = readTimes();
    if (sample !== undefined) this.#samples.push({ atMs: Date.now(), ...sample });
  }
}

function readTimes(): Omit<Sample, 'atMs'> | undefined {
  let text: string;
  try {
    text = readFileSync('/proc/stat', 'utf8');
  } catch {
    return undefined;
  }
  const [, ...times] = text.slice(0, text.indexOf('\n')).split(/ +/).map(Number);
  const all = times.slice(0, TIMES).reduce((sum, time) => sum + time, 0);
  return { taken: times[STEAL_AT] ?? 0, all };
}

/** How many seconds there were, and the 99th percentile of the median and of the worst of them. */
export interface ThoseSeconds {
  seconds: number;
  p99MedianMs: number;
  p99MaxMs: number;
}

export interface Disturbance {
  undisturbed: ThoseSeconds;
  disturbed: ThoseSeconds;
}

/** Tells seconds in which the machine had its processors from the others, and from those right after them. */
export function disturbanceOf(bySecond: readonly Second[]): Disturbance | undefined {
  if (bySecond.every(({ takenAway }) => takenAway === undefined)) return undefined;
  const isDisturbed = (second: Second | undefined) => (second?.takenAway ?? 0) >= DISTURBED;
  const answered = bySecond.filter(({ p99Ms }) => p99Ms > 0);
  const disturbed = (second: Second) =>
    isDisturbed(second) || isDisturbed(bySecond[second.second - 1]);
  return {
    undisturbed: those(answered.filter((second) => !disturbed(second))),
    disturbed: those(answered.filter(disturbed)),
  };
}

function those(seconds: readonly Second[]): ThoseSeconds {
  const times = seconds.map(({ p99Ms }) => p99Ms).sort((a, b) => a - b);
  return {
    seconds: times.length,
    p99MedianMs: times[times.length >> 1] ?? 0,
    p99MaxMs: times.at(-1) ?? 0,
  };
}
