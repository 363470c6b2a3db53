// One run of the program that keeps an order book, as a child process: started, killed, ended. What it
// wrote on stderr is kept for the report.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, 'book-program.ts');

/** None of them may outlive this process. */
const RUNNING = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of RUNNING) child.kill('SIGKILL');
});

export class BookProcess {
  stderr = '';
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit');
    child.stderr!.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk).slice(-2_000);
    });
    RUNNING.add(child);
    child.once('exit', () => RUNNING.delete(child));
  }

  /** Resolves once its database is open. */
  static async start(env: Record<string, string>): Promise<BookProcess> {
    const child = spawn(process.execPath, [PROGRAM], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const book = new BookProcess(child);
    await Promise.race([once(child.stdout!, 'data'), book.#exited]);
    if (child.exitCode !== null) throw new Error(`the order book ended: ${book.stderr}`);
    return book;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child.kill(signal);
    await this.#exited;
  }
}
