// Records what survived in a Redis and was not recorded yet: batches of the epoch that the record is in, as far as
// they go on from what it has. Whether each still holds the recorder checks again. Decides nothing.

import type { Send } from './connection.ts';
import type { StoreKeys } from './keys.ts';
import { LifeSigns } from './life.ts';
import type { RecordState, Remembering } from './remembering.ts';
import { readStream } from './stream.ts';

const BATCHES_MAX = 64;

export interface Drained {
  batches: number;
  /** Decisions that did not hold, each revoked by an event of the journal. */
  revoked: number;
}

interface Draining {
  send: Send;
  keys: StoreKeys;
  remembering: Pick<Remembering, 'look' | 'recordBatches'>;
}

/** Whether a Redis has the store in the epoch of its record: it was restarted, or is a copy. */
export async function hasEpoch(
  { send, keys }: Pick<Draining, 'send' | 'keys'>,
  { epoch, runId }: RecordState,
): Promise<boolean> {
  const signs = new LifeSigns(keys);
  const standing = await signs.standing(send);
  return standing?.epoch === epoch && (await signs.read(send)).runId === runId;
}

/** Another server may record the same meanwhile: each batch is taken once. */
export async function drain({ send, keys, remembering }: Draining): Promise<Drained> {
  const drained: Drained = { batches: 0, revoked: 0 };
  let place = await remembering.look();
  const { epoch } = place;
  if (!(await hasEpoch({ send, keys }, place))) return drained;
  while (place.epoch === epoch) {
    const asked = { key: keys.stream, after: place, count: BATCHES_MAX };
    const found = await readStream(send, asked);
    // Behind a gap nothing goes on from what is recorded.
    const next = found.filter((batch, index) => {
      return batch.epoch === epoch && batch.number === place.number + 1 + index;
    });
    if (next.length === 0) return drained;
    const answer = await remembering.recordBatches(next);
    if (answer.ok) {
      drained.batches += next.length - answer.skipped;
      drained.revoked += answer.refused.length;
    }
    place = await remembering.look();
  }
  return drained;
}
