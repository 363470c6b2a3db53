// Has what a recorder has committed given its place in the journal, soon and not after every commit. What
// was last is waited for when it is closed; if that fails, whichever server comes next does it.

import { setTimeout } from 'node:timers/promises';
import type { Connections } from './connections.ts';
import { Sequencer } from './sequencer.ts';

/** As servers do: giving places writes and waits for the disk, as commits do. */
const EVERY_MS = 50;

export class Positions {
  readonly #sequencer: Sequencer;
  readonly #closing = new AbortController();
  #again = false;
  #advancing: Promise<void> | undefined;

  constructor(connections: Connections, schema: string) {
    this.#sequencer = new Sequencer(connections, schema);
  }

  /** Something was committed. */
  advance(): void {
    this.#again = true;
    this.#advancing ??= this.#advance()
      .catch(() => {})
      .finally(() => {
        this.#advancing = undefined;
      });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#advancing;
    if (this.#again) await this.#sequencer.run().catch(() => {});
  }

  async #advance(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      await this.#sequencer.run();
      await setTimeout(EVERY_MS, undefined, { signal: this.#closing.signal });
    }
  }
}
