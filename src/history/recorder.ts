// Writes down operations while clients run: the order in which they were invoked and answered, and
// where the clock stood. Sends nothing by itself and judges nothing.

import type { Command, Operation, Result } from './operation.ts';

export interface RecorderOptions {
  /** The time by the engine's clock, as well as the clients can know it. */
  clockMs: () => number;
  /** How far the engine's clock may be from that. Default 0. */
  slackMs?: number;
}

export interface Ask {
  client: number;
  command: Command;
  key?: string | undefined;
}

export class Recorder {
  readonly operations: Operation[] = [];
  readonly #clockMs: () => number;
  readonly #slackMs: number;
  #order = 0;

  constructor({ clockMs, slackMs = 0 }: RecorderOptions) {
    this.#clockMs = clockMs;
    this.#slackMs = slackMs;
  }

  /** Runs `send` as one operation. What it throws makes the outcome unknown. */
  async run({ client, command, key }: Ask, send: () => Promise<Result>): Promise<Operation> {
    this.#order += 1;
    const operation: Operation = {
      index: this.operations.length,
      client,
      command,
      invoked: this.#order,
      fromMs: this.#clockMs() - this.#slackMs,
      result: { kind: 'unknown', why: 'not answered yet' },
    };
    if (key !== undefined) operation.key = key;
    this.operations.push(operation);
    try {
      operation.result = await send();
    } catch (error) {
      operation.result = { kind: 'unknown', why: String(error) };
    }
    if (operation.result.kind === 'unknown') return operation;
    this.#order += 1;
    operation.completed = this.#order;
    operation.untilMs = this.#clockMs() + this.#slackMs;
    return operation;
  }
}
