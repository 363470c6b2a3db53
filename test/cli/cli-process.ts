// Runs the command line as a user would: bin/holdfast as a process of its own, in an empty folder.

import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';

export const BIN = join(import.meta.dirname, '../../bin/holdfast');

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  bin?: string;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcessByStdio<null, Readable, Readable>;
  ended: Promise<Ended>;
}

export function emptyFolder(): string {
  return temporaryFolder('cli');
}

/** One that a failed test left behind would keep its file from ending. */
const running = new Set<ChildProcess>();
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  after(() => {
    for (const child of running) child.kill('SIGKILL');
  });
}

/** Ends with the file that starts it, at the latest. */
export function start(args: readonly string[], options: RunOptions = {}): Started {
  const { cwd = emptyFolder(), env = {}, bin = BIN } = options;
  const { PORT: _, HOLDFAST_ENGINE: __, HOLDFAST_KEYS: ___, ...inherited } = process.env;
  const child = spawn(bin, args, {
    cwd,
    env: { ...inherited, HOLDFAST_NODE: process.execPath, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) remember(stream);
  const exit = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve([code, signal]));
    child.once('exit', () => running.delete(child));
  });
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], stdout, stderr]) => ({ code, signal, stdout, stderr }),
  );
  return { child, ended };
}

export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}

/** For `env`: as it says this on stderr the process sends itself a signal, so none of its work goes on meanwhile. */
export function signalledAt(said: RegExp, signal: NodeJS.Signals): Record<string, string> {
  const hook = `const { stderr } = process;
    const write = stderr.write.bind(stderr);
    stderr.write = (text, ...more) => {
      if (${said}.test(text)) {
        stderr.write = write;
        process.kill(process.pid, '${signal}');
      }
      return write(text, ...more);
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };
}

/** The first line of a stream that matches, be it that it was said before anybody looked for it. */
export function seen(stream: Readable, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let all = said.get(stream) ?? '';
    const look = () => {
      const match = pattern.exec(all);
      if (match !== null) resolve(match);
    };
    look();
    stream.on('data', (chunk: string | Buffer) => {
      all += String(chunk);
      look();
    });
    const never = () => reject(new Error(`never said ${pattern}: ${all}`));
    if (stream.readableEnded) never();
    else stream.once('end', never);
  });
}

/** What started processes have said so far. */
const said = new WeakMap<Readable, string>();

function remember(stream: Readable): void {
  stream.on('data', (chunk: string | Buffer) => {
    said.set(stream, (said.get(stream) ?? '') + String(chunk));
  });
}
