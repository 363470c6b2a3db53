// Sends batches to the script and works out what they came to. What was answered before is looked for where
// it stands: in the stream, or in the record. Decides nothing, and sends nothing twice.

import { requestKey } from '../../kernel/overlay.ts';
import { JUMP_MAX_MS } from '../clock.ts';
import type {
  Answered,
  ClockReading,
  DocumentId,
  Outcome,
  RequestIdentity,
  Transaction,
} from '../contract.ts';
import { readAnswer } from './answer.ts';
import { writeBatch } from './batch-writer.ts';
import type { Connection } from './connection.ts';
import { DecidedBatch, type FirstElsewhere, repeatOf } from './decided-batch.ts';
import type { StoreKeys } from './keys.ts';
import { LeftDocuments, mayLeave, takenForAbsent } from './left-documents.ts';
import { callRow } from './life.ts';
import { type Place, reaches, readPlace } from './place.ts';
import type { Remembering } from './remembering.ts';
import { callFunction } from './scripted.ts';
import { firstAnswer } from './stream.ts';

interface CommitsOptions {
  deciding: Connection;
  reading: Connection;
  keys: StoreKeys;
  remembering: Remembering;
  epoch: number;
  /** The time is this process's, as tests have it, and not Redis's. */
  isOwnTime: boolean;
  clock(): ClockReading;
  /** Waits until a batch is recorded, where answers wait for that. */
  recorded(place: Place): Promise<void>;
}

export class Commits {
  readonly left: LeftDocuments;
  readonly #options: CommitsOptions;
  /** What must be done before anything else is sent. */
  #before: Promise<unknown> | undefined;
  /** The last batch of which something was answered here as accepted. */
  last: Place;

  constructor(options: CommitsOptions) {
    this.#options = options;
    const { reading, keys, epoch, remembering } = options;
    this.left = new LeftDocuments({ send: reading.send, keys, epoch, past: remembering.past });
    this.last = { epoch, number: 0 };
  }

  /** @throws HoldfastError `unavailable`, `disk-full` */
  async run(batch: readonly Transaction[]): Promise<Answered[]> {
    if (batch.length === 0) return [];
    const absent = takenForAbsent(batch);
    if (absent.length > 0) this.#waitFor(this.left.bringBack(absent));
    if (this.#before !== undefined) await this.#before;
    const { deciding, keys, epoch, recorded } = this.#options;
    const { names, unread, frame, groups } = writeBatch(batch);
    const values = [this.#call(), unread, frame, ...groups];
    const reply = await callFunction(deciding.send, 'commit', { keys: keys.decided, values });
    const answer = readAnswer(reply as Buffer, names);
    const settled = DecidedBatch.of(batch, answer, names);
    if (answer.number > 0) {
      this.last = { epoch, number: answer.number };
      await recorded(this.last);
    }
    return settled.map((each, index) => {
      if ('stream' in each) return this.#first(each, batch[index]!);
      const left = missingIn(each);
      return left === undefined ? each : this.#withoutMissing(each, left, batch[index]!);
    });
  }

  /** Those that come later are sent later. */
  #waitFor(work: Promise<unknown>): void {
    const before = Promise.all([this.#before, work]).finally(() => {
      if (this.#before === before) this.#before = undefined;
    });
    this.#before = before;
  }

  /** What is not in Redis may have left it: then it is put back, and decided again. */
  async #withoutMissing(refused: Outcome, left: DocumentId, asked: Transaction): Promise<Outcome> {
    if ((await this.left.bringBack([left])) === 0) return refused;
    const [again] = await this.run([asked]);
    return again!;
  }

  /** A jump of Redis's clock is believed as far as one of this process's own would be. */
  #call(): Buffer {
    const { epoch, isOwnTime, clock } = this.#options;
    const { nowMs, dueMs, stopped } = clock();
    const isHeld = stopped !== undefined || dueMs < nowMs;
    return callRow({
      ...{ epoch, isCallers: isOwnTime, nowMs },
      nowMaxMs: stopped === undefined ? nowMs + JUMP_MAX_MS : nowMs,
      dueMaxMs: isHeld || isOwnTime ? dueMs : dueMs + JUMP_MAX_MS,
    });
  }

  async #first({ stream, request }: FirstElsewhere, asked: Transaction): Promise<Outcome> {
    const { reading, keys, remembering, recorded } = this.#options;
    const place = readPlace(stream);
    if (!reaches(this.last, place)) this.last = place;
    await recorded(place);
    const wanted = { key: keys.stream, id: stream, request };
    const entry =
      (await firstAnswer(reading.send, wanted)) ?? (await remembering.firstAnswers([request]))[0];
    if (entry !== undefined) return repeatOf(entry, request);
    // Forgotten by the record, or revoked there: it is a first try.
    await this.#forget(request, stream);
    const [again] = await this.run([asked]);
    return again!;
  }

  #forget(request: RequestIdentity, stream: string): Promise<unknown> {
    const { reading, keys, epoch } = this.#options;
    const values = [String(epoch), requestKey(request), stream];
    return callFunction(reading.send, 'forget', { keys: [keys.metadata, keys.requests], values });
  }
}

/** The document that a transaction was refused for because Redis does not have it. */
function missingIn(settled: Outcome): DocumentId | undefined {
  if (settled.ok || settled.refusal.code !== 'document') return undefined;
  const { document, failed } = settled.refusal;
  return failed === 'present' && mayLeave(document) ? document : undefined;
}
