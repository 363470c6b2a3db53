// Sends batches to the script and works out what they came to. What was answered before is looked for where
// it stands: in the stream, or in the record. Decides nothing, and sends nothing twice.

import { JUMP_MAX_MS } from '../clock.ts';
import type { Answered, ClockReading, Outcome, Transaction } from '../contract.ts';
import { readAnswer } from './answer.ts';
import { writeBatch } from './batch-writer.ts';
import type { Connection } from './connection.ts';
import { DecidedBatch, type FirstElsewhere, repeatOf } from './decided-batch.ts';
import type { StoreKeys } from './keys.ts';
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
  readonly #options: CommitsOptions;

  /** The last batch of which something was answered here as accepted. */
  last: Place;

  constructor(options: CommitsOptions) {
    this.#options = options;
    this.last = { epoch: options.epoch, number: 0 };
  }

  /** @throws HoldfastError `unavailable`, `disk-full` */
  async run(batch: readonly Transaction[]): Promise<Answered[]> {
    if (batch.length === 0) return [];
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
    return settled.map((each) => ('stream' in each ? this.#first(each) : each));
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

  async #first({ stream, request }: FirstElsewhere): Promise<Outcome> {
    const { reading, keys, remembering, recorded } = this.#options;
    const place = readPlace(stream);
    if (!reaches(this.last, place)) this.last = place;
    await recorded(place);
    const asked = { key: keys.stream, id: stream, request };
    const entry =
      (await firstAnswer(reading.send, asked)) ?? (await remembering.firstAnswers([request]))[0];
    if (entry === undefined) throw new Error(`the first answer to ${request.key} is nowhere`);
    return repeatOf(entry, request);
  }
}
