// Starts a program of this folder as a process of its own, with the flags that `holdfast` runs with,
// and asks it one question at a time. It ends with this process.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const EXTENSION = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';
/** Of Node.js, as bin/holdfast sets them. */
export const FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=64',
  '--no-allocation-site-pretenuring',
  '--no-parallel-scavenge',
];

export interface ChildProgram {
  pid: number;
  ask<Reply>(question: object): Promise<Reply>;
  stop(): Promise<void>;
}

export function startChildProgram(name: string): ChildProgram {
  const child = fork(join(import.meta.dirname, name + EXTENSION), {
    execArgv: FLAGS,
    serialization: 'advanced',
  });
  const exited = once(child, 'exit');
  return {
    pid: child.pid!,
    async ask<Reply>(question: object) {
      const answered = once(child, 'message');
      child.send(question);
      const ended = exited.then(() => Promise.reject(new Error(`${name} ended`)));
      const [reply] = await Promise.race([answered, ended]);
      return reply as Reply;
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
