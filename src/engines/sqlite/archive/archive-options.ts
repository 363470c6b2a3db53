// What is asked when old entries shall leave the journal, and what is answered. Types, and the question
// whether an engine can.

import type { Engine } from '../../contract.ts';

export interface ArchiveOptions {
  /** Only entries before this moment. */
  beforeMs?: number;
  /** Only entries before this position. */
  beforePosition?: number;
  /** Only files of full size: what does not fill one stays in the journal. */
  full?: boolean;
  onProgress?: (progress: { position: number; of: number }) => void;
}

export interface ArchiveReport {
  /** What has left the journal now. */
  files: number;
  entries: number;
  /** The last entry that is in the archive. */
  position: number;
  /** The last entry that may leave: that of the last but one whole checkpoint; 0 for none. */
  positionMax: number;
  folder: string;
}

export interface ArchivingEngine extends Engine {
  /** @throws HoldfastError when a file cannot be written; nothing is lost then */
  archive(options: ArchiveOptions): Promise<ArchiveReport>;
}

export function canArchive(engine: Engine): engine is ArchivingEngine {
  return 'archive' in engine;
}
