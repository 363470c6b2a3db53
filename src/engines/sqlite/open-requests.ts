// The requests of the generation that is open at a position, read from the journal. Reads nothing of
// closed ones: the tables have those.

import { GENERATION_SIZE } from './fingerprint-set.ts';
import { envelopeOf } from './journal-line.ts';
import type { JournalReader } from './journal-reader.ts';

export function* openRequests(
  journal: JournalReader,
  upTo: number,
): Generator<{ principal: string; key: string; position: number }> {
  let position = Math.floor(upTo / GENERATION_SIZE) * GENERATION_SIZE;
  while (position < upTo) {
    const batch = journal.batchAfter(position);
    if (batch === undefined) return;
    for (const line of batch.lines.slice(position + 1 - batch.first)) {
      const [at, , , , , , [principal, key]] = envelopeOf(line);
      if (at > upTo) return;
      if (key !== undefined) yield { principal: principal!, key, position: at };
    }
    position = batch.last;
  }
}
