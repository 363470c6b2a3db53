// Which processes a process has started and not yet lost: from /proc where there is one, which is
// where `ps` may be missing, else from `ps`.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export function childrenOf(pid: number): number[] {
  const listed = `/proc/${pid}/task/${pid}/children`;
  if (existsSync(listed)) {
    return readFileSync(listed, 'utf8').split(' ').filter(Boolean).map(Number);
  }
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
}
