// What a journal must show by itself, in process or over HTTP: positions without a gap, and numbers of
// pools that only rise and are never used twice.

export interface Touch {
  position: number;
  versions: readonly (readonly [owner: string, version: number])[];
}

export function entriesProblems(
  entries: readonly { position: number; seqs: readonly (readonly [string, number])[] }[],
): string[] {
  return journalProblems(entries.map(({ position, seqs }) => ({ position, versions: seqs })));
}

/** From the first entry on, or from the one after `after`. */
export function journalProblems(touches: readonly Touch[], after = 0): string[] {
  const problems: string[] = [];
  const last = new Map<string, number>();
  touches.forEach(({ position, versions }, index) => {
    const due = after + index + 1;
    if (position !== due) problems.push(`position ${position} stands where ${due} should`);
    for (const [owner, version] of versions) {
      const before = last.get(owner) ?? 0;
      if (version <= before) problems.push(`${owner} is ${version} after ${before} at ${position}`);
      last.set(owner, version);
    }
  });
  return problems;
}
