// Has the stream of a store carried to what remembers it, step by step while this server leads. A step that
// fails is taken again; whoever takes batches takes each once. A server that does not lead only hears how far it
// has come. Decides nothing.

import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
import { type Carrying, inEpoch, type Recorded } from './carrier.ts';
import type { Connection, Send } from './connection.ts';
import { StoreLost } from './failures.ts';
import type { StoreKeys } from './keys.ts';
import { Leadership } from './leadership.ts';
import { type Place, placeText, reaches, readPlace } from './place.ts';

const BLOCK_MS = 500;
const AGAIN_MS = 200;
/** What comes within this time is recorded together, unless somebody waits for it. */
const GATHER_MS = 100;
const LEAD_MS = 1_000;
const RECORDED_MAX_MS = 8_000;

interface LoopOptions {
  /** Where it waits for what is new, and nobody else does. */
  waiting: Connection;
  /** For all else. */
  send: Send;
  keys: StoreKeys;
  place: Place;
  /** Who carries while this server leads; told to tell as soon as something is recorded. */
  carrier: (onRecorded: (recorded: Recorded) => void) => Carrying;
  onLost?: ((error: StoreLost) => void) | undefined;
}

export class RecorderLoop {
  readonly #options: LoopOptions;
  readonly #leadership: Leadership;
  readonly #carrying: Carrying;
  #place: Place;
  /** The last that was heard of what another server has recorded. */
  #heard = '0-0';
  #revoked = 0;
  #inDoubtUntilMs = 0;
  #failure: string | undefined;
  #closed = false;
  #resting: { isGathering: boolean; end: () => void } | undefined;
  #waiting: Waiting[] = [];
  readonly #running: Promise<void>;

  constructor(options: LoopOptions) {
    const { send, keys, place, carrier } = options;
    this.#options = options;
    this.#place = place;
    this.#leadership = new Leadership(send, keys.leader);
    this.#carrying = carrier((recorded) => this.#reach(recorded));
    this.#running = this.#run();
  }

  /** How far the record is, as this server knows. */
  get place(): Place {
    return this.#place;
  }

  get leads(): boolean {
    return this.#leadership.isLeading;
  }

  /** Why what is decided is not recorded at present, or what of it was not. */
  get failure(): string | undefined {
    if (this.#failure !== undefined) return `nothing is recorded at present: ${this.#failure}`;
    return this.#revoked > 0 ? `${this.#revoked} decisions were revoked` : undefined;
  }

  /**
   * Resolves when a batch is recorded, or revoked.
   *
   * @throws HoldfastError `unavailable` after 8 s: the same command under its key tells what became of it
   */
  async recorded(place: Place): Promise<void> {
    if (reaches(this.#place, place)) return;
    if (this.#resting?.isGathering) this.#resting.end();
    const reached = new Promise<void>((resolve, reject) =>
      this.#waiting.push({ place, resolve, reject }),
    );
    const late = new HoldfastError('unavailable', 'it is decided, and not recorded yet');
    const waited = delay(RECORDED_MAX_MS, late, { ref: false });
    if ((await Promise.race([reached, waited])) === late) throw late;
  }

  /**
   * Resolves when a batch is recorded, and all of it holds. Which decisions did not is not known here: for a while
   * after one nothing is taken for certain.
   *
   * @throws HoldfastError `unavailable`: the same command under its key tells what became of it
   */
  async acknowledged(place: Place): Promise<void> {
    await this.recorded(place);
    if (performance.now() > this.#inDoubtUntilMs) return;
    throw new HoldfastError('unavailable', 'something that was decided was not recorded');
  }

  /** `abandoned`: what is under way is given up. */
  async stop({ abandoned = false } = {}): Promise<void> {
    this.#closed = true;
    this.#resting?.end();
    this.#options.waiting.close();
    if (abandoned) await this.#carrying.close();
    await this.#running;
    await this.#carrying.close();
    const never = new HoldfastError(
      'unavailable',
      'it is decided, and whether it is recorded open',
    );
    for (const { reject } of this.#waiting.splice(0)) reject(never);
    await this.#leadership.leave().catch(() => {});
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        await ((await this.#leadership.leads()) ? this.#carry() : this.#hear());
        this.#failure = undefined;
      } catch (error) {
        this.#failure = (error as Error).message;
        if (error instanceof StoreLost) this.#options.onLost?.(error);
        await this.#rest(AGAIN_MS);
      }
    }
  }

  async #carry(): Promise<void> {
    // A step may take longer than a lead holds.
    const leading = setInterval(() => void this.#leadership.leads().catch(() => {}), LEAD_MS);
    try {
      const { batches, isMore, place } = await this.#carrying.carry(this.#place);
      this.#reach({ place, revoked: 0 });
      if (batches === 0) await this.#wait(this.#options.keys.stream, placeText(this.#place));
      else if (!isMore && this.#waiting.length === 0) await this.#rest(GATHER_MS);
    } finally {
      clearInterval(leading);
    }
  }

  async #hear(): Promise<void> {
    const { keys } = this.#options;
    const reply = await this.#wait(keys.recorded, this.#heard);
    const last = reply?.[0]?.[1].at(-1);
    if (last === undefined) return;
    this.#heard = String(last[0]);
    const [, place, , revoked] = last[1].map(String);
    this.#reach({
      place: inEpoch(readPlace(place!), this.#options.place.epoch),
      revoked: Number(revoked),
    });
  }

  #reach({ place: { epoch, number }, revoked }: Recorded): void {
    this.#place = { epoch, number };
    if (revoked > 0) {
      this.#revoked += revoked;
      this.#inDoubtUntilMs = performance.now() + RECORDED_MAX_MS;
    }
    const isRecorded = ({ place }: { place: Place }) => reaches(this.#place, place);
    for (const { resolve } of this.#waiting.filter(isRecorded)) resolve();
    this.#waiting = this.#waiting.filter((each) => !isRecorded(each));
  }

  async #wait(key: string, after: string): Promise<StreamsReply> {
    const { send } = this.#options.waiting;
    const waiting = ['COUNT', '1', 'BLOCK', String(BLOCK_MS), 'STREAMS', key, after];
    return (await send('XREAD', ...waiting)) as unknown as StreamsReply;
  }

  async #rest(forMs: number): Promise<void> {
    if (this.#closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, forMs);
    this.#resting = { isGathering: forMs === GATHER_MS, end: resolve };
    await promise;
    clearTimeout(timer);
    this.#resting = undefined;
  }
}

interface Waiting {
  place: Place;
  resolve(): void;
  reject(error: HoldfastError): void;
}

type StreamsReply = [key: Buffer, entries: [id: Buffer, fields: Buffer[]][]][] | null;
