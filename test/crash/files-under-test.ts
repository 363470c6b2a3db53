// The files that a crash run is about, and the servers that are started on them one after another:
// with which environment, and by what death they end. Counts the deaths; judges nothing.

import { join } from 'node:path';
import { type PowerLossOptions, underPowerLoss } from './power-loss.ts';
import type { Random } from './random.ts';
import { crashEnvironment, type Death } from './round-plan.ts';
import { SERVE, ServerProcess, verifyFiles } from './server-process.ts';

/** Few entries, so that every round makes several checkpoints. */
const CHECKPOINT_ENTRIES = 500;
/** How long a sync takes under the model: about what a fast disk needs. */
const SYNC_US = 300;
const COMPILED_MAX_MS = 60_000;

export interface FilesOptions {
  /** An empty directory for the journal and what stands beside it. */
  directory: string;
  synchronous?: 'FULL' | 'OFF';
  /** Under the model of power loss: what a cut lets through, and the model's library. */
  powerLoss?: { library: string; keep: NonNullable<PowerLossOptions['keep']> };
}

export class FilesUnderTest {
  /** How servers died, and how often. `missed`: a named point was not passed in time. */
  readonly deaths: Record<string, number> = {};
  readonly #options: FilesOptions;
  readonly #random: Random;

  constructor(options: FilesOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /**
   * A start on other files that ends well and so keeps the compiled sources: whoever starts a server again that
   * died has them, and they are half of what a start costs (1.6 s of a processor with them, 3.1 to 3.8 s without).
   */
  async compile(): Promise<void> {
    const { directory } = this.#options;
    const env = { HOLDFAST_ENGINE: `sqlite:${join(directory, 'compiled.db')}` };
    const server = await ServerProcess.start({ program: SERVE, env });
    const ready = await server.ready(COMPILED_MAX_MS);
    await server.stop();
    if (ready === undefined) throw new Error(`no server on new files: ${server.stderr}`);
  }

  start(death?: Death): Promise<ServerProcess> {
    const { directory, powerLoss } = this.#options;
    const env = { ...this.#environment(), ...(death ? crashEnvironment(death) : {}) };
    if (powerLoss === undefined) return ServerProcess.start({ program: SERVE, env });
    const { library, keep } = powerLoss;
    const seed = this.#random.whole(1, 2 ** 31);
    const model = underPowerLoss(library, { directory, keep, seed, syncUs: SYNC_US });
    return ServerProcess.start({ program: SERVE, env: { ...env, ...model } });
  }

  /** Sees to it that the server is dead, and counts how it died. */
  async end(server: ServerProcess, death: Death): Promise<void> {
    const missed = 'count' in death && server.running;
    const how = missed ? 'missed' : death.at;
    this.deaths[how] = (this.deaths[how] ?? 0) + 1;
    if (!server.running) return;
    if (death.at === 'stop') await server.stop();
    // A part of the power cuts lets nothing through, as a plain kill does under the model.
    else if (this.#options.powerLoss === undefined || this.#random.chance(0.3)) await server.kill();
    else await server.cutPower();
  }

  /** What the product's verification finds wrong while no server runs. */
  verify(): Promise<string | undefined> {
    return verifyFiles(this.#environment());
  }

  #environment(): Record<string, string> {
    const { directory, synchronous = 'FULL' } = this.#options;
    return {
      HOLDFAST_ENGINE: `sqlite:${join(directory, 'journal.db')}`,
      HOLDFAST_SYNCHRONOUS: synchronous,
      HOLDFAST_CHECKPOINT_ENTRIES: String(CHECKPOINT_ENTRIES),
    };
  }
}
