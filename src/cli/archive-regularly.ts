// Has a serving store move entries of a certain age into its archive, at the start and every hour.
// Writes files of full size alone. What fails is reported and tried again the next time; it must never
// stop the server.

import type { ArchiveReport, ArchivingEngine } from '../engines/sqlite/archive/archive-options.ts';
import { SYSTEM_TICKER, type Ticker } from '../events/ticker.ts';

const EVERY_MS = 3_600_000;

export interface ArchiveRegularly {
  engine: Pick<ArchivingEngine, 'archive' | 'clock'>;
  afterMs: number;
  onArchived: (report: ArchiveReport) => void;
  onFailed: (error: unknown) => void;
  ticker?: Ticker;
}

/** Returns the way to stop. */
export function archiveRegularly(options: ArchiveRegularly): () => void {
  const { engine, afterMs, onArchived, onFailed, ticker = SYSTEM_TICKER } = options;
  let callOff = () => {};
  let stopped = false;
  const run = async () => {
    try {
      const beforeMs = engine.clock().nowMs - afterMs;
      const report = await engine.archive({ beforeMs, full: true });
      if (report.files > 0) onArchived(report);
    } catch (error) {
      if (!stopped) onFailed(error);
    }
    if (!stopped) callOff = ticker.after(EVERY_MS, () => void run());
  };
  void run();
  return () => {
    stopped = true;
    callOff();
  };
}
