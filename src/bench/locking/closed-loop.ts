// Callers who ask again as soon as they are answered, for a while. Counts and times answers; does not
// know what is asked.

export interface LoopCounts {
  accepted: number;
  refused: number;
  failed: number;
  latenciesMs: number[];
  acceptedPerSecond: number;
}

/** `ask` says whether it was accepted; what it throws is counted as failed. */
export async function closedLoop(
  { callers, forMs }: { callers: number; forMs: number },
  ask: (caller: number) => Promise<boolean>,
): Promise<LoopCounts> {
  const counts = { accepted: 0, refused: 0, failed: 0, latenciesMs: [] as number[] };
  const startMs = performance.now();
  const call = async (caller: number) => {
    let askedMs = performance.now();
    while (askedMs - startMs < forMs) {
      try {
        if (await ask(caller)) counts.accepted += 1;
        else counts.refused += 1;
      } catch {
        counts.failed += 1;
      }
      const answeredMs = performance.now();
      counts.latenciesMs.push(answeredMs - askedMs);
      askedMs = answeredMs;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  // Those under way at the end count, and so does their time.
  const seconds = (performance.now() - startMs) / 1_000;
  return { ...counts, acceptedPerSecond: counts.accepted / seconds };
}
