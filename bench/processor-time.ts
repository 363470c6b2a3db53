// Processor time of processes and of their threads, as Linux counts it in /proc: in steps of 10 ms.

import { readdirSync, readFileSync } from 'node:fs';

const US_PER_TICK = 10_000;

export type ByThread = ReadonlyMap<string, number>;

/** µs of a process by the names of its threads, which several may share; the first is called `main`. */
export function threadsUs(pid: number): ByThread {
  const found = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const { name, us } = readStat(`/proc/${pid}/task/${thread}/stat`);
    const called = thread === String(pid) ? 'main' : name;
    found.set(called, (found.get(called) ?? 0) + us);
  }
  return found;
}

/** µs of all processes that one has started and that are there; those that end are missed. */
export function childrenUs(parent: number): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = pids.map((pid) => readStat(`/proc/${pid}/stat`));
  return stats.reduce((sum, { us, parent: of }) => (of === parent ? sum + us : sum), 0);
}

export function parentOf(pid: number): number {
  return readStat(`/proc/${pid}/stat`).parent;
}

/** See proc(5). A process that has just ended took no time. */
function readStat(path: string): { name: string; parent: number; us: number } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { name: '', parent: 0, us: 0 };
  }
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const us = (Number(fields[11]) + Number(fields[12])) * US_PER_TICK;
  return { name: text.slice(text.indexOf('(') + 1, end), parent: Number(fields[1]), us };
}
