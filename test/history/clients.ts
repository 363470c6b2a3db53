// Lets clients work on a shop at the same time and records what they see; at the end asks again, under
// their keys, for what was left open, and looks at everything once. Judges nothing.

import { type Command, type History, nameOf, type Operation } from '../../src/history/operation.ts';
import type { Recorder } from '../../src/history/recorder.ts';
import type { Random } from '../crash/random.ts';
import type { ShopClient } from './shop-client.ts';
import { drawCommand, LONG_HOLD_MS, type Plan } from './workload.ts';

/** What a run brings along beside the commands. */
export interface Surroundings {
  client: ShopClient;
  recorder: Recorder;
  random: Random;
  /** Called before each operation of a client: waits, lets time pass, breaks things. */
  meanwhile: (random: Random) => Promise<void>;
  /** Waits until the shop is there again and nothing disturbs it any more. */
  calm: () => Promise<void>;
  /** Called where it had no answer even so: what a change left behind is ended in time. */
  unanswered?: () => Promise<void>;
}

const RETRIED = 0.1;
const UNKNOWN_MAX = 2;
/** A server may die at its named point even now. */
const ATTEMPTS_MAX = 8;
/** What comes before a history is no part of it: each connection that was cut before may cost one. */
const FILLS_MAX = 100;

/** A shop that is undisturbed and still gives no answer is wrong, whatever it has told before. */
export class NoAnswer extends Error {
  constructor(command: Command, why: string) {
    super(`no answer to ${JSON.stringify(command)}: ${why}`);
  }
}

export class Clients {
  readonly #plan: Plan;
  readonly #with: Surroundings;
  readonly #ids = new Map<string, string>();
  readonly #sent: { command: Command; key: string }[] = [];
  readonly #name: string;
  #keys = 0;

  constructor(plan: Plan, surroundings: Surroundings, name: string) {
    this.#plan = plan;
    this.#with = surroundings;
    this.#name = name;
  }

  /** Fills the pools, runs everybody, settles and looks. */
  async run(onFilled: () => void): Promise<History> {
    const { random, calm, recorder } = this.#with;
    const pools: History['pools'] = {};
    for (const pool of this.#plan.pools) pools[pool] = await this.#fill(pool);
    onFilled();
    const seeds = Array.from({ length: this.#plan.clients }, () => random.branch());
    await Promise.all(seeds.map((own, index) => this.#work(index + 1, own)));
    await calm();
    await this.#resolve();
    await this.#look();
    return { pools, operations: recorder.operations };
  }

  async #fill(pool: string): Promise<{ available: number; version: number }> {
    const { client } = this.#with;
    const { units } = this.#plan;
    const key = this.#newKey();
    const command: Command = { do: 'receive', pool, quantity: units };
    let last: unknown;
    for (let attempt = 0; attempt < FILLS_MAX; attempt += 1) {
      await this.#with.calm();
      const received = await client
        .send(command, { key, ids: this.#ids })
        .catch((error: unknown) => ({ kind: 'failed' as const, error: String(error) }));
      if (received.kind === 'moved') return { available: units, version: received.value.version };
      last = received;
    }
    throw new Error(`${pool} could not be filled: ${JSON.stringify(last)}`);
  }

  async #work(client: number, random: Random): Promise<void> {
    for (let count = 0; count < this.#plan.operations; count += 1) {
      await this.#with.meanwhile(random);
      if (random.chance(RETRIED) && this.#sent.length > 0) {
        const { command, key } = random.pick(this.#sent.slice(-12));
        await this.#send(client, command, key);
        continue;
      }
      const command = drawCommand(random, this.#plan, [...this.#ids.keys()]);
      await this.#send(client, command, this.#keyFor(command, random));
    }
  }

  async #send(client: number, command: Command, key?: string): Promise<Operation> {
    const { recorder, client: shop } = this.#with;
    const operation = await recorder.run({ client, command, key }, () =>
      shop.send(command, { key, ids: this.#ids }),
    );
    const { result } = operation;
    if (command.do === 'reserve' && result.kind === 'reservation') {
      this.#ids.set(nameOf(operation), result.value.id);
    }
    return operation;
  }

  #keyFor(command: Command, random: Random): string | undefined {
    if (command.do.startsWith('read-') || random.chance(0.1)) return undefined;
    const key = this.#newKey();
    this.#sent.push({ command, key });
    return key;
  }

  #newKey(): string {
    this.#keys += 1;
    return `${this.#name}-${this.#keys}`;
  }

  /** Sends again what set a deadline, and of the others what there is beyond a few. */
  async #resolve(): Promise<void> {
    const { operations } = this.#with.recorder;
    const answered = new Set<string>();
    for (const { key, result } of operations) {
      if (key !== undefined && result.kind !== 'unknown') answered.add(key);
    }
    let left = 0;
    for (const { key, command, result } of [...operations]) {
      if (result.kind !== 'unknown' || key === undefined || answered.has(key)) continue;
      const short = 'holdForMs' in command && command.holdForMs < LONG_HOLD_MS;
      left += 1;
      if (!short && left <= UNKNOWN_MAX) continue;
      await this.#insist(command, key);
      answered.add(key);
    }
  }

  /** Until there is an answer. */
  async #insist(command: Command, key?: string): Promise<void> {
    let why = '';
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      await this.#with.calm();
      const { result } = await this.#send(0, command, key);
      if (result.kind !== 'unknown') return;
      why = result.why;
      await this.#with.unanswered?.();
    }
    throw new NoAnswer(command, why);
  }

  /** Every pool and every reservation, by one client after all others. */
  async #look(): Promise<void> {
    for (const pool of this.#plan.pools) await this.#insist({ do: 'read-pool', pool });
    for (const of of this.#ids.keys()) {
      await this.#insist({ do: 'read-reservation', of });
    }
  }
}
