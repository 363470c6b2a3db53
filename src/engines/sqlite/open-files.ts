// Starts the engine's threads over its files and speaks with them. Decides nothing.

import { Worker } from 'node:worker_threads';
import { HoldfastError } from '../../errors.ts';
import type { DocumentPage, DocumentQuery, Entry } from '../contract.ts';
import type { LiveState } from '../live-state.ts';
import { checkSqliteVersion, lockFiles, pathsOf } from './files.ts';
import { GENERATION_SIZE } from './fingerprint-set.ts';
import { JournalBodies, type JournalBody } from './journal-body.ts';
import { splitLine } from './journal-line.ts';
import { JournalReader } from './journal-reader.ts';
import { LookUps } from './look-ups.ts';
import { RequestIndex } from './request-index.ts';
import { TablesReader } from './tables-reader.ts';
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
  const writer = startThread('journal-writer', paths);
  let tables: Worker | undefined;
  try {
    const journal = await opened<JournalReply>(writer);
    tables = startThread('tables-worker', paths);
    const { position } = await opened<TablesReply>(tables);
    if (position > journal.position) {
      throw new HoldfastError('unavailable', `${paths.tables} is ahead of its journal; delete it`);
    }
    await caughtUp(tables, { from: position, to: journal.position });
    return new SqliteFiles({ paths, lock, writer, tablesWorker: tables, opened: journal });
  } catch (error) {
    await Promise.all([writer.terminate(), tables?.terminate()]);
    lock.close();
    throw error;
  }
}

interface JournalOpened {
  position: number;
  atMs: number;
  aliveMs: number;
}

interface Parts {
  paths: { journal: string; tables: string };
  lock: { close(): void };
  writer: Worker;
  tablesWorker: Worker;
  opened: JournalOpened;
}

export class SqliteFiles {
  readonly journal: JournalReader;
  readonly tables: TablesReader;
  readonly requests: RequestIndex;
  /** The latest time that this journal knows of. */
  readonly lastMs: number;
  tablesPosition: number;
  onAppended: (last: number) => void = () => {};
  onPassed: (position: number) => void = () => {};
  onFailed: (error: HoldfastError) => void = () => {};
  readonly #parts: Parts;
  readonly #lookUps: LookUps;
  readonly bodies = new JournalBodies();
  readonly #writing: JournalBody[] = [];
  /** Decided, not yet durable. */
  readonly #undurable = new Map<number, Entry>();

  constructor(parts: Parts) {
    const { paths, opened: found, writer, tablesWorker } = parts;
    this.#parts = parts;
    this.journal = new JournalReader(paths.journal);
    this.tables = new TablesReader(paths.tables);
    this.#lookUps = new LookUps(() => startThread('look-up-worker', paths));
    this.lastMs = Math.max(found.atMs, found.aliveMs);
    this.tablesPosition = found.position;
    this.requests = new RequestIndex({
      entry: (position) => this.#undurable.get(position) ?? this.journal.entry(position),
      stored: (generation, fingerprint) => this.tables.stored(generation, fingerprint),
    });
    writer.on('message', (reply: JournalReply) => this.#fromJournal(reply));
    tablesWorker.on('message', (reply: TablesReply) => this.#fromTables(reply));
    writer.on('error', (error) => this.#failed('the journal writer', error));
    tablesWorker.on('error', (error) => this.#failed('the tables writer', error));
  }

  /** Fills the state, and the index of requests. */
  load(state: LiveState): { dueNotBeforeMs: number } {
    const loaded = this.tables.load(state);
    for (const { index, fingerprints } of this.tables.generations()) {
      this.requests.close(index, fingerprints);
    }
    let position = Math.floor(loaded.position / GENERATION_SIZE) * GENERATION_SIZE;
    while (position < loaded.position) {
      const batch = this.journal.batchAfter(position);
      if (batch === undefined) break;
      for (const line of batch.lines.slice(position + 1 - batch.first)) {
        const { envelope } = splitLine(line);
        if (envelope.request !== undefined) this.requests.add(envelope.request, envelope);
      }
      position = batch.last;
    }
    return loaded;
  }

  /** Sends a batch to be written; `body` is taken back when it is. */
  append(batch: { first: number; last: number; atMs: number; body: JournalBody }): void {
    const { first, last, atMs, body } = batch;
    this.#writing.push(body);
    const { shared, length } = body;
    this.#toJournal({ append: { first, last, atMs, shared, length } });
  }

  alive(nowMs: number): void {
    this.#toJournal({ alive: nowMs });
  }

  /** Keeps an entry at hand until it can be read from the journal. */
  remember(entry: Entry): void {
    this.#undurable.set(entry.position, entry);
  }

  forget(entry: Entry): void {
    this.#undurable.delete(entry.position);
  }

  find(query: DocumentQuery): Promise<DocumentPage> {
    return this.#lookUps.find(query);
  }

  balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    return this.#lookUps.balancesAt(owner, atMs);
  }

  async close(): Promise<void> {
    const { writer, tablesWorker, lock } = this.#parts;
    this.#lookUps.close();
    tablesWorker.postMessage({ close: true } satisfies TablesRequest);
    await ended(tablesWorker);
    this.tables.close();
    this.journal.close();
    this.#toJournal({ close: true });
    await ended(writer);
    lock.close();
  }

  #toJournal(request: JournalRequest): void {
    this.#parts.writer.postMessage(request);
  }

  #fromJournal(reply: JournalReply): void {
    if ('appended' in reply) {
      this.bodies.giveBack(this.#writing.shift()!);
      this.#parts.tablesWorker.postMessage({ durable: reply.appended } satisfies TablesRequest);
      this.onAppended(reply.appended);
    } else if ('failed' in reply) {
      this.onFailed(new HoldfastError(reply.failed.code, `journal: ${reply.failed.message}`));
    }
  }

  #fromTables(reply: TablesReply): void {
    if ('passed' in reply) {
      this.tablesPosition = reply.passed;
      this.onPassed(reply.passed);
    } else if ('generation' in reply) {
      this.requests.close(reply.generation.index, reply.generation.fingerprints);
    } else if ('checkpoint' in reply || 'checkpointDone' in reply) {
      this.#toJournal(reply);
    } else if ('failed' in reply) {
      this.#failed('the tables writer', reply.failed);
    }
  }

  #failed(who: string, error: unknown): void {
    this.onFailed(new HoldfastError('unavailable', `${who} failed: ${String(error)}`));
  }
}

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

function startThread(name: string, paths: { journal: string; tables: string }): Worker {
  return new Worker(new URL(`./${name}${EXTENSION}`, import.meta.url), { workerData: paths });
}

/** The thread's first own message; it says that it is ready, or why not. */
function opened<Reply extends JournalReply | TablesReply>(
  worker: Worker,
): Promise<Extract<Reply, { opened: unknown }>['opened']> {
  return new Promise((resolve, reject) => {
    const listen = (reply: JournalReply | TablesReply): void => {
      // Under `node --watch` Node's own messages come first: which files the thread has loaded.
      if (!('opened' in reply) && !('failed' in reply)) return;
      worker.off('message', listen);
      worker.off('error', reject);
      if ('opened' in reply) {
        resolve(reply.opened as never);
        return;
      }
      const { failed } = reply;
      const { code, message } =
        typeof failed === 'string' ? { code: 'unavailable' as const, message: failed } : failed;
      reject(new HoldfastError(code, message));
    };
    worker.once('error', reject);
    worker.on('message', listen);
  });
}

function caughtUp(worker: Worker, { from, to }: { from: number; to: number }): Promise<void> {
  if (from >= to) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const listen = (reply: TablesReply): void => {
      if ('failed' in reply) reject(new HoldfastError('unavailable', reply.failed));
      if (!('passed' in reply) || reply.passed < to) return;
      worker.off('message', listen);
      resolve();
    };
    worker.on('message', listen);
    worker.postMessage({ durable: to } satisfies TablesRequest);
  });
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
  });
}
