// A queue of orders in Redis: a line is a stream, and each stream is one server's for as long as that one
// signs. A stream is read from behind what is decided, by whomever, so that a change of servers repeats turns
// and never leaves one out.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../errors.ts';
import { textFingerprint } from '../kernel/fingerprint.ts';
import type {
  CarrierStatus,
  OpenLine,
  OrderQueue,
  QueueState,
  Turn,
} from '../uses/queue/order-queue.ts';
import { type RedisQueueAddress, shownRedisQueue } from './address.ts';
import { type QueueKeys, queueKeys } from './queue-keys.ts';
import { openLink, type QueueLink } from './queue-link.ts';
import { leave, type Sharing, share } from './scripts.ts';
import { StreamLines } from './stream-lines.ts';
import { fieldsOf } from './stream-turn.ts';

export interface RedisQueueOptions {
  /** A server that has not signed for so long has gone. Default 3,000. */
  leaseMs?: number;
  /** Told around every noting of what is decided. */
  onNoting?: (() => void) | undefined;
  onNoted?: (() => void) | undefined;
}

const LEASE_MS = 3_000;
/** Signs, and looks what is its own, so often. */
const SIGN_EVERY_MS = 500;
const WAIT_MS = 250;
const COUNT_EVERY_MS = 1_000;
/** A Redis that stands still may hold up an end for so long. */
const CLOSE_MAX_MS = 3_000;

export class RedisOrderQueue implements OrderQueue {
  readonly shown: string;
  readonly #address: RedisQueueAddress;
  readonly #options: RedisQueueOptions;
  readonly #keys: QueueKeys;
  readonly #sharing: Sharing;
  readonly #stop = new AbortController();
  #linking: Promise<QueueLink> | undefined;
  #link: QueueLink | undefined;
  #lines: StreamLines | undefined;
  #running: Promise<void> | undefined;
  #noting: Promise<void> | undefined;
  #isMoreDecided = false;
  #signedMs = Number.NEGATIVE_INFINITY;
  #countedMs = Number.NEGATIVE_INFINITY;
  #undecided = 0;
  #away: HoldfastError | undefined;
  #onError: (error: Error) => void = () => {};

  constructor(address: RedisQueueAddress, options: RedisQueueOptions = {}) {
    this.#address = address;
    this.#options = options;
    this.shown = shownRedisQueue(address);
    this.#keys = queueKeys(address.queue);
    this.#sharing = { keys: this.#keys, server: randomUUID() };
  }

  async ready(): Promise<void> {
    if (this.#away !== undefined) throw this.#away;
    await this.#linked();
  }

  async put(turn: Turn): Promise<void> {
    const line = textFingerprint(turn.product) % this.#address.streams;
    const { asking } = await this.#linked();
    try {
      await asking.send('XADD', this.#keys.stream(line), '*', ...fieldsOf(turn));
    } catch (error) {
      throw this.#failed(error);
    }
  }

  serve(open: OpenLine, onError: (error: Error) => void): void {
    this.#onError = onError;
    const { onNoting, onNoted } = this.#options;
    const lines = new StreamLines({
      keys: this.#keys,
      keepMs: this.#address.keepMs,
      open,
      onDecided: () => this.#noteSoon(),
      onNoting,
      onNoted,
    });
    this.#lines = lines;
    this.#running = this.#run(lines);
  }

  status(): CarrierStatus {
    const lines = this.#lines?.count ?? 0;
    const waiting = Math.max(this.#lines?.waiting ?? 0, this.#undecided);
    const status: CarrierStatus = { state: this.#state(lines), lines, waiting };
    if (this.#away !== undefined) status.reason = this.#away.message;
    return status;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const link = this.#link;
    const late = setTimeout(() => link?.close(), CLOSE_MAX_MS);
    await this.#running;
    await this.#lines?.stop();
    await this.#noting;
    if (link !== undefined) {
      // Where Redis is away, the others miss this server soon.
      await this.#lines?.note(link.asking.send).catch(() => {});
      await leave(link.asking.send, this.#sharing).catch(() => {});
    }
    clearTimeout(late);
    link?.close();
  }

  #state(lines: number): QueueState {
    if (this.#away !== undefined) return 'away';
    if (lines > 0) return 'deciding';
    return this.#signedMs > 0 ? 'standby' : 'starting';
  }

  async #run(lines: StreamLines): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const link = await this.#linked();
        await this.#sign(link, lines);
        if (lines.wantsMore) await lines.read(link.waiting.send, WAIT_MS);
        else await this.#rest();
      } catch (error) {
        this.#failed(error);
        await this.#rest();
      }
    }
  }

  async #sign({ asking }: QueueLink, lines: StreamLines): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#signedMs < SIGN_EVERY_MS) return;
    const { leaseMs = LEASE_MS } = this.#options;
    const asked = { ...this.#sharing, leaseMs, lines: this.#address.streams };
    await lines.have(await share(asking.send, asked), asking.send);
    this.#signedMs = nowMs;
    this.#away = undefined;
    // What could not be noted while Redis was away.
    this.#noteSoon();
    if (nowMs - this.#countedMs < COUNT_EVERY_MS) return;
    this.#countedMs = nowMs;
    this.#undecided = await lines.undecided(asking.send);
  }

  /** One at a time; what is decided meanwhile is noted by the next. */
  #noteSoon(): void {
    this.#isMoreDecided = true;
    this.#noting ??= this.#noteAll()
      .catch((error) => this.#failed(error))
      .then(() => {
        this.#noting = undefined;
      });
  }

  async #noteAll(): Promise<void> {
    while (this.#isMoreDecided && this.#link !== undefined) {
      this.#isMoreDecided = false;
      await this.#lines?.note(this.#link.asking.send);
    }
  }

  async #linked(): Promise<QueueLink> {
    if (this.#link !== undefined) return this.#link;
    this.#linking ??= openLink(this.#address, this.#keys);
    try {
      this.#link = await this.#linking;
      return this.#link;
    } catch (error) {
      throw this.#failed(error);
    } finally {
      this.#linking = undefined;
    }
  }

  #failed(error: unknown): HoldfastError {
    const why =
      error instanceof HoldfastError
        ? error
        : new HoldfastError('unavailable', (error as Error).message);
    // Said once, however long it lasts.
    if (this.#away?.message !== why.message && !this.#stop.signal.aborted) this.#onError(why);
    this.#away = why;
    return why;
  }

  /** Shorter where it is told to end. */
  #rest(): Promise<void> {
    return delay(WAIT_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}
