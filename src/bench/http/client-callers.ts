// The callers of `http.client-batch`, a process of its own: many at once reserve through the typed
// client, each again once it was answered; afterwards they cancel what they got. Answers its parent's
// questions and ends with it.

import { HoldfastClient } from '../../client/client.ts';
import { randomBuyer, randomPool, STAYS_FOR } from './reserve-requests.ts';

export type CallersQuestion =
  | { open: { url: string; pools: readonly string[]; buyers: number; callers: number } }
  | { reserveForMs: number }
  | { cancel: true };

export interface CallersReply {
  seconds: number;
  accepted: number;
  refused: number;
  /** Calls that got no answer in time. */
  failed: number;
  cancelled: number;
  latenciesMs: number[];
  /** The share of one processor that this process took. */
  loadShare: number;
}

class Callers {
  readonly #client: HoldfastClient;
  readonly #drawnFrom: { pools: readonly string[]; buyers: number; callers: number };
  #ids: string[] = [];

  constructor({
    url,
    ...drawnFrom
  }: { url: string; pools: readonly string[]; buyers: number; callers: number }) {
    this.#client = new HoldfastClient({ url });
    this.#drawnFrom = drawnFrom;
  }

  async reserve(forMs: number): Promise<CallersReply> {
    const { pools, buyers } = this.#drawnFrom;
    const untilMs = performance.now() + forMs;
    return this.#measure(async (reply) => {
      while (performance.now() < untilMs) {
        const startMs = performance.now();
        const line = { pool: randomPool(pools), quantity: 1 };
        const answer = await this.#client.reserve({
          lines: [line],
          buyer: randomBuyer(buyers),
          holdFor: STAYS_FOR,
        });
        reply.latenciesMs.push(performance.now() - startMs);
        if (answer.ok) {
          reply.accepted += 1;
          this.#ids.push(answer.value.id);
        } else reply.refused += 1;
      }
    });
  }

  async cancel(): Promise<CallersReply> {
    const ids = this.#ids;
    this.#ids = [];
    return this.#measure(async (reply) => {
      for (let reservation = ids.pop(); reservation !== undefined; reservation = ids.pop()) {
        const answer = await this.#client.cancel({ reservation });
        if (answer.ok) reply.cancelled += 1;
      }
    });
  }

  async #measure(caller: (reply: CallersReply) => Promise<void>): Promise<CallersReply> {
    const counts = { accepted: 0, refused: 0, failed: 0, cancelled: 0 };
    const reply: CallersReply = { ...counts, seconds: 0, latenciesMs: [], loadShare: 0 };
    const processor = process.cpuUsage();
    const startMs = performance.now();
    await Promise.all(
      Array.from({ length: this.#drawnFrom.callers }, () =>
        caller(reply).catch(() => {
          reply.failed += 1;
        }),
      ),
    );
    reply.seconds = (performance.now() - startMs) / 1_000;
    const { user, system } = process.cpuUsage(processor);
    reply.loadShare = (user + system) / 1e6 / reply.seconds;
    return reply;
  }
}

let callers: Callers | undefined;
process.on('message', async (question: CallersQuestion) => {
  if ('open' in question) {
    callers = new Callers(question.open);
    process.send!({});
  } else if ('cancel' in question) process.send!(await callers!.cancel());
  else process.send!(await callers!.reserve(question.reserveForMs));
});
process.once('disconnect', () => process.exit());
