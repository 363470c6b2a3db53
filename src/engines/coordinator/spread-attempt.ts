// One attempt at a batch whose rows stand at home and in parts: locks them all, decides once, has every
// part prepare its share, and then decides by home's own commit.
//
// Home commits before any part does. A part's commit frees its locks for the next batch that conflicts:
// its entries must come after these in the journal (I6), and it must find these documents, so that both
// must be there by then. Until then every part can still be rolled back, and whoever finds one prepared
// asks home: no decision is an abort (presumed abort: Mohan, Lindsay and Obermarck, TODS 1986).

import { HoldfastError } from '../../errors.ts';
import type { Applied } from '../../kernel/apply.ts';
import { crashPoint } from '../crash-point.ts';
import type { Asked } from '../postgres/attempt.ts';
import type { Connection } from '../postgres/connections.ts';
import { decide } from '../postgres/deciding.ts';
import type { Decision, Undone } from '../postgres/decision.ts';
import { isLockTimeout } from '../postgres/failures.ts';
import type { Claimed } from '../postgres/loading.ts';
import type { Locks } from '../postgres/locks.ts';
import type { Touched } from '../postgres/touched.ts';
import { touchedBy } from '../postgres/touched.ts';
import { writeApplied } from '../postgres/writing.ts';
import type { Branch } from './branch.ts';
import type { PartTime } from './part-time.ts';
import type { Outcome } from './prepared.ts';
import type { SpreadOptions } from './spread-attempts.ts';
import { loadSpread } from './spread-rows.ts';
import { isNothing, shareOf } from './stock-share.ts';

interface Own {
  /** Home's. */
  connection: Connection;
  /** In the order of their names. */
  branches: readonly Branch[];
  /** Of all branches. */
  time: PartTime;
  /** With the owners at home alone. */
  touched: Touched;
  id: string;
  asked: Asked;
}

export class SpreadAttempt {
  readonly #options: SpreadOptions;
  readonly #own: Own;

  constructor(options: SpreadOptions, own: Own) {
    this.#options = options;
    this.#own = own;
  }

  async run(): Promise<Applied | Undone> {
    const { branches } = this.#own;
    const ready = await this.#prepare().catch(async (error) => {
      await this.#rollBack();
      throw this.#blamed(error);
    });
    if ('undone' in ready) {
      await this.#rollBack();
      return ready;
    }
    const finished = this.#commit(ready.isSpread).then(() =>
      Promise.all(branches.map((branch) => branch.finish())),
    );
    for (const { part } of branches) part.finishing(finished);
    await finished;
    return ready.applied;
  }

  /** All that can still be undone. `isSpread`: parts have something to commit. */
  async #prepare(): Promise<{ applied: Applied; isSpread: boolean } | Undone> {
    const { loading, now, begin } = this.#options;
    const { connection, branches, touched, asked } = this.#own;
    await allEnd([
      connection.say(begin.home),
      ...branches.map((branch) => branch.begin(begin.part)),
    ]);
    const claimed = await loading.claim(connection, touched);
    const locks = await this.#lock();
    const skipped = locks.flatMap((each) => each.skipped);
    if (skipped.length > 0) return { undone: 'skipped', skipped };
    const loaded = await loadSpread({ loading, ...this.#own }, locks, claimed);
    const reading = now();
    const decision = await decide(asked, {
      ...{ loaded, reading },
      claimsOf: (accounts) => loading.claims(connection, accounts, reading.dueMs),
    });
    if ('undone' in decision) return decision;
    return { applied: decision.applied, isSpread: await this.#write(decision, claimed) };
  }

  /** Home first, then the parts one after the other: the one order for all. */
  async #lock(): Promise<Locks[]> {
    const { connection, branches, touched, asked } = this.#own;
    const locks = [await this.#options.loading.lock(connection, touched, asked.mode)];
    crashPoint('home-locked');
    for (const branch of branches) {
      if (locks.at(-1)!.skipped.length > 0) break;
      locks.push(await branch.lock(asked.mode));
    }
    return locks;
  }

  /** Everywhere at once; says whether parts have prepared something. */
  async #write({ applied, loaded: { rows } }: Decision, claimed: Claimed): Promise<boolean> {
    const { parts, loading, statements } = this.#options;
    const { connection, branches, asked } = this.#own;
    const atMs = applied.entries[0]?.atMs ?? 0;
    const needed = this.#neededParts(asked, applied);
    const writeHome = async () => {
      await loading.forgetRefused(connection, claimed, applied);
      if (applied.entries.length === 0) return;
      const own = shareOf(applied, (owner) => parts.of(owner) === undefined);
      const written = { batch: claimed.batch, atMs, bounds: undefined };
      const writing = { applied, rows, written, stock: own };
      if (!(await writeApplied(connection, statements, writing))) {
        throw new Error('a row changed under its lock');
      }
      crashPoint('home-written');
    };
    let isSpread = false;
    const writes = branches.map(async (branch) => {
      const share = shareOf(applied, (owner) => parts.of(owner) === branch.part);
      if (isNothing(share) && !needed.has(branch.part.name)) return;
      isSpread = true;
      await branch.prepare(share, rows, atMs);
    });
    await allEnd([writeHome(), ...writes]);
    return isSpread;
  }

  /** What was accepted hangs on these, if only by a guard: their locks must last until it is decided. */
  #neededParts({ batch, missed }: Asked, { outcomes }: Applied): Set<string | undefined> {
    const accepted = batch.filter((_, index) => outcomes[index]!.ok);
    if (accepted.length === 0) return new Set();
    const { owners } = touchedBy(accepted, missed);
    return new Set(owners.map((owner) => this.#options.parts.partOf(owner)));
  }

  /** The decision. A failure to which home has answered has decided nothing. */
  async #commit(isSpread: boolean): Promise<void> {
    const { decisions, loading } = this.#options;
    const { connection, branches, id, touched } = this.#own;
    try {
      crashPoint('before-decision');
      await connection.say(isSpread ? decisions.commitText(id) : 'COMMIT');
      crashPoint('after-decision');
    } catch (error) {
      const outcome = connection.isBroken && isSpread ? await this.#asked() : 'abort';
      if (outcome === undefined) await Promise.all(branches.map((branch) => branch.leave()));
      else if (outcome === 'abort') await this.#rollBack();
      if (outcome !== 'commit') throw this.#blamed(error);
    }
    loading.made(touched.owners);
  }

  /** What it came to whose answer is lost; where home cannot be asked, whoever recovers will ask. */
  async #asked(): Promise<Outcome | undefined> {
    const { decisions } = this.#options;
    return decisions.abort(this.#own.id).catch(() => undefined);
  }

  /**
   * Home ends a transaction that idles, and the last part has no time left: neither is at fault where the
   * parts together took too long, but the slowest of them.
   */
  #blamed(error: unknown): unknown {
    const { branches, time } = this.#own;
    if (time.leftMs > 0 || !(error instanceof HoldfastError) || isLockTimeout(error)) return error;
    const [slowest] = [...branches].sort((one, other) => other.waitedMs - one.waitedMs);
    return slowest === undefined ? error : slowest.part.tooSlow(slowest.waitedMs);
  }

  async #rollBack(): Promise<void> {
    const { connection, branches } = this.#own;
    await Promise.all([connection.rollBack(), ...branches.map((branch) => branch.rollBack())]);
  }
}

/** Waits for all, also when one fails: what is under way would otherwise go on behind a roll-back. */
async function allEnd(works: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(works);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
