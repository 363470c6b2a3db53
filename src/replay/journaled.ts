// What an earlier run of the same replay left in the journal. A run that was killed is continued by
// passing over the commands that stand there. A refusal left no trace: a command that is missing was
// refused if a later one on the same pools was decided, and is still to be sent otherwise. Reads the
// journal once; must never send a command.

import type { Engine, Entry } from '../engines/contract.ts';

/** The principal under which a replay sends its commands, so that its keys meet no others. */
export const REPLAY_PRINCIPAL = 'replay';

const PAGE = 2_000;
/** Commands whose order on a pool matters. A confirm moves nothing in or out of `available`. */
const ORDERED = new Set(['sale', 'return', 'write-off']);

export interface JournaledCommand {
  reservation?: string;
  /** Units granted per move; for a sale per line. */
  granted: readonly number[];
  pools: readonly string[];
}

export class Journaled {
  readonly #commands = new Map<string, JournaledCommand>();
  /** Ordered commands per pool that this run has not passed yet. */
  readonly #ahead = new Map<string, number>();
  /** What the opening stock was received as, to tell another file or share apart. */
  readonly references = new Set<string>();
  /** All invoices up to this ordinal were decided. */
  finishedThrough = 0;

  static async read(engine: Engine): Promise<Journaled> {
    const journaled = new Journaled();
    let after = 0;
    while (true) {
      const entries = await engine.entries({ after, limit: PAGE });
      for (const entry of entries) journaled.#add(entry);
      const last = entries.at(-1);
      if (last === undefined || entries.length < PAGE) return journaled;
      after = last.position;
    }
  }

  get size(): number {
    return this.#commands.size;
  }

  has(key: string): boolean {
    return this.#commands.has(key);
  }

  /** The answer that a command got in an earlier run; it counts as passed. */
  pass(key: string): JournaledCommand | undefined {
    const command = this.#commands.get(key);
    if (command === undefined) return undefined;
    if (isOrdered(key)) for (const pool of command.pools) this.#count(pool, -1);
    return command;
  }

  /** Whether a command that is not in the journal was decided, and so refused, in an earlier run. */
  wasRefused(ordinal: number, pools: Iterable<string>): boolean {
    if (ordinal <= this.finishedThrough) return true;
    for (const pool of pools) if ((this.#ahead.get(pool) ?? 0) > 0) return true;
    return false;
  }

  #add(entry: Entry): void {
    const { request } = entry;
    if (request?.principal !== REPLAY_PRINCIPAL) return;
    const { key } = request;
    const document = entry.documents.find(({ kind }) => kind === 'reservation');
    const pools = isOrdered(key) ? poolsOf(entry) : [];
    const command: JournaledCommand = { granted: entry.granted, pools };
    if (document !== undefined) command.reservation = document.id;
    this.#commands.set(key, command);
    for (const pool of pools) this.#count(pool, 1);
    if (key.startsWith('end/')) {
      this.finishedThrough = Math.max(this.finishedThrough, Number(key.slice(4)));
    }
    const reference = entry.events[0]?.data?.reference;
    if (key.startsWith('stock/') && typeof reference === 'string') this.references.add(reference);
  }

  #count(pool: string, by: number): void {
    this.#ahead.set(pool, (this.#ahead.get(pool) ?? 0) + by);
  }
}

function isOrdered(key: string): boolean {
  return ORDERED.has(key.slice(0, key.indexOf('/')));
}

function poolsOf(entry: Entry): string[] {
  return entry.seqs.map(([owner]) => owner).filter((owner) => !owner.startsWith('!'));
}
