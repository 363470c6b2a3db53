// Replays a journal that no engine stands on (a backup, an archive) and checks every entry of it.

import type { Entry } from '../engines/contract.ts';
import { Problems } from './problems.ts';
import { Replay } from './replay.ts';
import type { VerifyReport } from './verify.ts';

const SLICE = 2_000;

export interface EntrySource {
  entries(options: { after: number; limit: number }): Entry[];
}

/** Checks I1, I2 and I5 (docs/invariants.md), and that no position is missing. */
export function verifyEntries(
  source: EntrySource,
  onProgress: (position: number) => void = () => {},
): VerifyReport {
  const problems = new Problems();
  const replay = new Replay(problems);
  let position = 0;
  while (true) {
    const slice = source.entries({ after: position, limit: SLICE });
    for (const entry of slice) replay.take(entry);
    position = slice.at(-1)?.position ?? position;
    onProgress(position);
    if (slice.length < SLICE) break;
  }
  replay.accounts.checkFamilies();
  const pools = [...replay.documents.documents.keys()].filter((id) => id.startsWith('pool:'));
  return {
    ok: problems.count === 0,
    entries: position,
    pools: pools.length,
    documents: replay.documents.documents.size,
    position,
    problemCount: problems.count,
    problems: problems.kept,
  };
}
