// Starts the engine's threads over its files and speaks with them. Decides nothing.

import { setTimeout } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { TimeSource } from '../clock.ts';
import type { Entry } from '../contract.ts';
import type { LiveState } from '../live-state.ts';
import { Archiving } from './archive/archiving.ts';
import { checkSqliteVersion, lockFiles, pathsOf } from './files.ts';
import { JournalBodies } from './journal-body.ts';
import { JournalReader } from './journal-reader.ts';
import { TAIL_MAX } from './journal-tail.ts';
import { LookUps } from './look-ups.ts';
import { openRequests } from './open-requests.ts';
import { RequestIndex } from './request-index.ts';
import { damagedTables } from './row-sums.ts';
import type { StoreFailure } from './store-failure.ts';
import { TablesPace } from './tables-pace.ts';
import { TablesReader } from './tables-reader.ts';
import { TablesRestarts } from './tables-restarts.ts';
import { Thread } from './thread.ts';
import type {
  JournalReply,
  JournalRequest,
  TablesReply,
  TablesRequest,
} from './worker-messages.ts';

/**
 * Takes the files, brings the tables up to the journal's end, and starts the threads.
 *
 * @throws HoldfastError `unavailable`
 */
export async function openFiles(path: string): Promise<SqliteFiles> {
  checkSqliteVersion(process.versions.sqlite ?? '0');
  const paths = pathsOf(path);
  const lock = lockFiles(paths);
  const writer = new Thread<JournalRequest, JournalReply>('journal-writer', paths);
  const tables = new Thread<TablesRequest, TablesReply>('tables-worker', paths);
  try {
    writer.start();
    const journal = (await writer.reply((reply) => 'opened' in reply && reply)).opened;
    tables.start();
    const { position } = (await tables.reply((reply) => 'opened' in reply && reply)).opened;
    if (position > journal.position) {
      throw new HoldfastError('unavailable', `${paths.tables} is ahead of its journal; delete it`);
    }
    if (journal.position - position > TAIL_MAX) {
      tables.send({ durable: journal.position });
      await tables.reply((reply) => 'passed' in reply && reply.passed >= journal.position && reply);
    }
    tables.send({ durable: journal.position });
    return new SqliteFiles({ paths, lock, writer, tables, opened: journal });
  } catch (error) {
    await Promise.all([writer.terminate(), tables.terminate()]);
    lock.close();
    throw error;
  }
}

export interface OpenSqlite {
  time?: TimeSource;
  /** Time goes on from here, where the store was open before. */
  nowMs?: number;
  /** false: nothing is written of its own accord, because the disk is full. */
  writes?: boolean;
}

interface JournalOpened {
  position: number;
  atMs: number;
  aliveMs: number;
  journalId: string;
}

interface Parts {
  paths: { journal: string; tables: string };
  lock: { close(): void };
  writer: Thread<JournalRequest, JournalReply>;
  tables: Thread<TablesRequest, TablesReply>;
  opened: JournalOpened;
}

export class SqliteFiles {
  readonly journal: JournalReader;
  readonly tables: TablesReader;
  readonly requests: RequestIndex;
  readonly journalId: string;
  /** The latest time that this journal knows of. */
  readonly lastMs: number;
  tablesPosition: number;
  onAppended: (last: number) => void = () => {};
  onPassed: (position: number) => void = () => {};
  onFailed: (error: HoldfastError) => void = () => {};
  /** Finds an entry that is decided and cannot be read from the journal yet. */
  undurable: (position: number) => Entry | undefined = () => undefined;
  readonly #parts: Parts;
  readonly lookUps: LookUps;
  readonly bodies = new JournalBodies();
  readonly archiving: Archiving;
  #durable: number;
  readonly #pace = new TablesPace((durable) => {
    if (!this.#closed) this.#parts.tables.send({ durable });
  });
  readonly restarts = new TablesRestarts();
  #closed = false;
  readonly #closing = new AbortController();
  readonly #writing: ByteWriter[] = [];

  constructor(parts: Parts) {
    const { paths, opened: found, writer, tables } = parts;
    this.#parts = parts;
    this.journal = new JournalReader(paths.journal);
    this.tables = new TablesReader(paths.tables);
    this.lookUps = new LookUps(() => new Thread('look-up-worker', paths));
    this.archiving = new Archiving(paths, (archived) => writer.send({ archived }));
    this.journalId = found.journalId;
    this.lastMs = Math.max(found.atMs, found.aliveMs);
    this.tablesPosition = found.position;
    this.#durable = found.position;
    this.requests = new RequestIndex({
      entry: (position) => this.undurable(position) ?? this.journal.entry(position),
      stored: (generation, fingerprint) => this.tables.stored(generation, fingerprint),
    });
    writer.onReply = (reply) => this.#fromJournal(reply);
    writer.onEnd = (why) => this.#failed(new HoldfastError('unavailable', why));
    this.#follow(tables);
  }

  /** Fills the state, and the index of requests. */
  load(state: LiveState): { dueNotBeforeMs: number } {
    const loaded = this.tables.load(state);
    for (const { index, fingerprints } of this.tables.generations()) {
      this.requests.close(index, fingerprints);
    }
    for (const request of openRequests(this.journal, loaded.position)) {
      this.requests.add(request, request.position);
    }
    this.tablesPosition = loaded.position;
    return loaded;
  }

  /** Sends a batch to be written; `body` is taken back when it is. */
  append(batch: { first: number; last: number; atMs: number; body: ByteWriter }): void {
    const { first, last, atMs, body } = batch;
    this.#writing.push(body);
    const { shared, length } = body;
    this.#parts.writer.send({ append: { first, last, atMs, shared, length } });
  }

  alive(nowMs: number): void {
    this.#parts.writer.send({ alive: nowMs });
  }

  async close(): Promise<void> {
    const { writer, tables, lock } = this.#parts;
    // Tables that fail from here on stay as they are: nobody would end another thread.
    this.#closed = true;
    this.#closing.abort();
    this.#pace.stop();
    await this.archiving.end(new HoldfastError('unavailable', 'the store is closed'));
    await this.lookUps.close();
    // The last to close folds the WAL in, and only the writer may.
    this.tables.close();
    tables.send({ close: true });
    await tables.ended;
    this.journal.close();
    writer.send({ close: true });
    await writer.ended;
    lock.close();
  }

  #fromJournal(reply: JournalReply): void {
    if ('appended' in reply) {
      this.bodies.giveBack(this.#writing.shift()!);
      this.#durable = reply.appended;
      this.#pace.reached(this.#durable);
      this.onAppended(reply.appended);
    } else if ('dropped' in reply) {
      this.archiving.dropped();
    } else if ('failed' in reply) {
      this.#failed(new HoldfastError(reply.failed.code, `journal: ${reply.failed.message}`));
    }
  }

  /** Nothing more can be written to the journal. */
  #failed(error: HoldfastError): void {
    void this.archiving.end(error);
    this.onFailed(error);
  }

  #fromTables(reply: TablesReply): void {
    if ('opened' in reply && reply.opened.position < this.tablesPosition) {
      // Made anew: what memory has let go of cannot be read until they have caught up.
      this.onFailed(damagedTables('they are made again; open the store again'));
    } else if ('passed' in reply) {
      this.restarts.passed();
      this.tablesPosition = reply.passed;
      this.onPassed(reply.passed);
    } else if ('generation' in reply) {
      const { index, fingerprints, dropped } = reply.generation;
      this.requests.close(index, fingerprints);
      for (const old of dropped) this.requests.drop(old);
    } else if ('checkpoint' in reply || 'checkpointDone' in reply) {
      this.#parts.writer.send(reply);
    } else if ('failed' in reply) {
      void this.#startTablesAgain(reply.failed);
    }
  }

  /** Ends early when the store is closed. */
  async #pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#closing.signal }).catch(() => {});
  }

  #follow(tables: Thread<TablesRequest, TablesReply>): void {
    tables.onReply = (reply) => this.#fromTables(reply);
    tables.onEnd = (message) => void this.#startTablesAgain({ code: 'unavailable', message });
  }

  /** The tables are only behind: their thread begins anew from what its file holds. */
  async #startTablesAgain(failure: StoreFailure): Promise<void> {
    const broken = this.#parts.tables;
    broken.onEnd = () => {};
    broken.onReply = () => {};
    await broken.terminate();
    const restart = this.restarts.next(failure);
    if (restart === undefined) {
      const what = `the tables cannot be written: ${failure.message}`;
      this.onFailed(new HoldfastError('unavailable', what));
      return;
    }
    if (restart.warning !== undefined && !this.#closed) process.emitWarning(restart.warning);
    if (restart.pauseMs > 0) await this.#pause(restart.pauseMs);
    if (this.#closed) return;
    const tables = new Thread<TablesRequest, TablesReply>('tables-worker', this.#parts.paths);
    this.#parts.tables = tables;
    this.#follow(tables);
    tables.start();
    tables.send({ durable: this.#durable });
  }
}
