// Moves old entries into archive files while the store works: has one file written after the other, and
// the rows of each deleted by the journal's own thread. One run at a time.

import type { HoldfastError } from '../../../errors.ts';
import { Thread } from '../thread.ts';
import type { ArchiveReply, ArchiveRequest, WorkerPaths } from '../worker-messages.ts';
import type { ArchivedFile } from './archive-file.ts';
import type { ArchiveOptions, ArchiveReport } from './archive-options.ts';

type ArchiveThread = Thread<ArchiveRequest, ArchiveReply>;

/** Has the journal's thread delete what is in a file; it answers by `dropped`. */
type Drop = (archived: ArchivedFile) => void;

export class Archiving {
  readonly #paths: WorkerPaths;
  readonly #drop: Drop;
  readonly #ended = Promise.withResolvers<never>();
  #running: Promise<unknown> = Promise.resolve();
  #thread: ArchiveThread | undefined;
  /** Call when the journal's thread has deleted the rows of a file. */
  dropped: () => void = () => {};

  constructor(paths: WorkerPaths, drop: Drop) {
    this.#paths = paths;
    this.#drop = drop;
    this.#ended.promise.catch(() => {});
  }

  run(options: ArchiveOptions): Promise<ArchiveReport> {
    const running = this.#running.then(() => this.#run(options));
    this.#running = running.catch(() => {});
    return running;
  }

  /** Ends a run where it stands: a file that is half written is made again by the next. */
  async end(why: HoldfastError): Promise<void> {
    this.#ended.reject(why);
    await this.#thread?.terminate();
    await this.#running;
  }

  async #run({ onProgress, ...options }: ArchiveOptions): Promise<ArchiveReport> {
    const thread: ArchiveThread = new Thread('archive/archive-worker', this.#paths);
    this.#thread = thread;
    thread.start();
    try {
      const { positionMax, folder, position } = await this.#unlessEnded(started(thread, options));
      const report = { files: 0, entries: 0, position, positionMax, folder };
      while (true) {
        const file = await this.#unlessEnded(nextFile(thread));
        if (file === undefined) return report;
        await this.#unlessEnded(this.#dropRows(file));
        report.files += 1;
        report.entries += file.last - file.first + 1;
        report.position = file.last;
        onProgress?.({ position: file.last, of: positionMax });
      }
    } finally {
      thread.send({ close: true });
      await thread.ended;
    }
  }

  #dropRows(archived: ArchivedFile): Promise<void> {
    return new Promise((resolve) => {
      this.dropped = resolve;
      this.#drop(archived);
    });
  }

  #unlessEnded<T>(answer: Promise<T>): Promise<T> {
    return Promise.race([answer, this.#ended.promise]);
  }
}

function started(thread: ArchiveThread, options: Omit<ArchiveOptions, 'onProgress'>) {
  const answer = thread.reply((reply) => 'started' in reply && reply.started);
  thread.send({ start: options });
  return answer;
}

async function nextFile(thread: ArchiveThread): Promise<ArchivedFile | undefined> {
  const answer = thread.reply((reply) => ('file' in reply || 'done' in reply) && reply);
  thread.send({ next: true });
  const reply = await answer;
  return 'file' in reply ? reply.file : undefined;
}
