// Shows how far long work is, on stderr: a bar on a terminal, a line every few seconds elsewhere,
// nothing when asked to be quiet. Must never write to stdout.

import { Presets, SingleBar } from 'cli-progress';
import { grouped } from './numbers.ts';

/** HOLDFAST_PROGRESS_EVERY_MS overrides it, for programs that wait for a line. */
const LINE_EVERY_MS = Number(process.env.HOLDFAST_PROGRESS_EVERY_MS ?? 3_000);
const DRAW_EVERY_MS = 100;

export interface ProgressOptions {
  quiet?: boolean;
  /** Default: process.stderr. */
  stream?: NodeJS.WriteStream;
}

/** Progress through named phases; each phase ends when the next one starts. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #quiet: boolean;
  #phase: string | undefined;
  #bar: SingleBar | undefined;
  #shownAtMs = 0;
  #last: { done: number; total: number | undefined } = { done: 0, total: undefined };

  constructor(options: ProgressOptions = {}) {
    this.#stream = options.stream ?? process.stderr;
    this.#quiet = options.quiet === true;
  }

  /** `done` of `total` in a phase; the total may not be known. Cheap: call it as often as you like. */
  show(phase: string, done: number, total?: number): void {
    if (this.#quiet) return;
    if (phase !== this.#phase) this.#begin(phase, total);
    this.#last = { done, total };
    const nowMs = performance.now();
    const everyMs = this.#bar === undefined ? LINE_EVERY_MS : DRAW_EVERY_MS;
    if (nowMs - this.#shownAtMs < everyMs && done !== total) return;
    this.#shownAtMs = nowMs;
    if (this.#bar === undefined) this.#line();
    else this.#bar.update(done);
  }

  end(): void {
    if (this.#bar !== undefined) {
      this.#bar.update(this.#last.done);
      this.#bar.stop();
    }
    this.#bar = undefined;
    this.#phase = undefined;
  }

  #begin(phase: string, total: number | undefined): void {
    this.end();
    this.#phase = phase;
    this.#shownAtMs = performance.now();
    if (!this.#stream.isTTY) return;
    const format =
      total === undefined
        ? `  ${phase.padEnd(24)} {value}`
        : `  ${phase.padEnd(24)} {bar} {percentage}%  {value} of {total}  {eta_formatted} left`;
    this.#bar = new SingleBar(
      {
        format,
        stream: this.#stream,
        hideCursor: true,
        formatValue: (value, _, type) =>
          type === 'value' || type === 'total' ? grouped(value) : String(value),
      },
      Presets.shades_classic,
    );
    this.#bar.start(total ?? 0, 0);
  }

  #line(): void {
    const { done, total } = this.#last;
    const of = total === undefined ? '' : ` of ${grouped(total)}`;
    this.#stream.write(`${this.#phase}: ${grouped(done)}${of}\n`);
  }
}
