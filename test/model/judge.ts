// Does every step to the subjects and to the naive shop, and compares what they say and what they
// hold. Chooses nothing: the sequence comes from elsewhere.

import assert from 'node:assert/strict';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { OwnerState } from '../../src/engines/contract.ts';
import type { RefusalCode } from '../../src/kernel/refusals.ts';
import type { Reservation } from '../../src/kernel/reservation.ts';
import type { Pool } from '../../src/stock/pool-view.ts';
import { KeyedCommands } from './keyed-commands.ts';
import { NaiveShop, type Said } from './naive-shop.ts';
import { expected, shown } from './seen-reservation.ts';
import { BUYERS, HOME, LIMITS, POOLS, PRODUCT, type Sequence, type Step } from './steps.ts';
import { type EngineKind, Subject } from './subject.ts';
import { sameJournals } from './touched-order.ts';

type Answer =
  | { ok: true; repeated: boolean; value: unknown }
  | { ok: false; code: RefusalCode; details: object };

/** A command with its reservation named, as it can be sent again. */
interface Sent {
  ask: (subject: Subject) => Promise<Answer>;
  naive: (id: string) => Said;
  /** What identifies it under a key. */
  text: string;
  key?: string;
}

export class Judge {
  readonly #time = new ManualTime();
  readonly #naive = new NaiveShop(this.#time.wallMs());
  readonly #subjects: Subject[] = [];
  readonly #tidy: boolean;
  readonly #ids: string[] = [];
  readonly #keyed: KeyedCommands<Sent>;

  private constructor(kinds: readonly EngineKind[], tidy: boolean) {
    this.#tidy = tidy;
    const forgets = kinds.some(({ forgetsWhereKeysAre }) => forgetsWhereKeysAre);
    this.#keyed = new KeyedCommands({ forgets });
  }

  /** Runs a whole sequence. @throws AssertionError at the first thing that differs. */
  static async run(kinds: readonly EngineKind[], sequence: Sequence): Promise<void> {
    const judge = new Judge(kinds, sequence.tidy);
    for (const kind of kinds) judge.#subjects.push(await Subject.open(kind, judge.#time));
    try {
      await judge.#open(sequence);
      for (const step of sequence.steps) await judge.#step(step);
      await judge.#close();
    } finally {
      for (const subject of judge.#subjects) await subject.end();
    }
  }

  async #open({ opening: units, segments }: Sequence): Promise<void> {
    for (const pool of POOLS) {
      this.#naive.available.set(pool, units);
      // The sale is opened and closed past all verbs, which write no segments.
      const home = pool === HOME.pool ? { home: HOME.home } : segments && { segments };
      for (const { stock } of this.#subjects) {
        await stock.putPool({ pool, product: PRODUCT[pool]!, ...home });
        await stock.receive({ pool, quantity: units });
      }
    }
  }

  async #close(): Promise<void> {
    await this.#sweep();
    await this.#compareBalances();
    const journals = [];
    for (const subject of this.#subjects) {
      assert.deepEqual(await subject.problems(), [], `verify over ${subject.name}`);
      journals.push(await subject.journal());
    }
    sameJournals(journals, this.#subjects);
  }

  async #step(step: Step): Promise<void> {
    if (this.#tidy) await this.#sweep();
    switch (step.do) {
      case 'pass':
        this.#time.passMs(step.ms);
        this.#naive.pass(step.ms);
        this.#keyed.passed(step.ms);
        return;
      case 'sweep':
        return this.#sweep();
      case 'close':
      case 'reopen':
        return this.#setSale(step.do === 'close');
      case 'restart':
        for (const subject of this.#subjects) await subject.restart();
        this.#keyed.restarted();
        return this.#sweep();
      case 'limit':
        return this.#limit(step);
      case 'again': {
        const before = this.#keyed.before(step.which);
        return before && this.#send(before);
      }
      default:
        return this.#send(this.#resolve(step));
    }
  }

  async #sweep(): Promise<void> {
    for (const { stock } of this.#subjects) await stock.sweep();
    await this.#compareBalances();
  }

  /** What is due was due while the sale was as it is, so it ends before that changes. */
  async #setSale(closed: boolean): Promise<void> {
    await this.#sweep();
    this.#naive.closed = closed;
    for (const subject of this.#subjects) {
      if (closed) await subject.setPool(HOME.pool, 'CLOSED', HOME.home);
      else await subject.setPool(HOME.pool, 'OPEN');
    }
  }

  async #limit(step: Extract<Step, { do: 'limit' }>): Promise<void> {
    const { limit, quantityMax, returnsGiveBack } = step;
    this.#naive.limits.set(limit, { quantityMax, returnsGiveBack });
    for (const { stock } of this.#subjects) {
      const answer = await stock.putLimit({
        limit,
        quantityMax,
        returnsGiveBack,
        ...LIMITS[limit]!,
      });
      assert.ok(answer.ok);
    }
  }

  #resolve(
    step: Exclude<
      Step,
      { do: 'pass' | 'sweep' | 'close' | 'reopen' | 'restart' | 'limit' | 'again' }
    >,
  ): Sent {
    const { do: verb, key: drawn, ...rest } = step;
    const key = drawn && this.#keyed.nameOf(drawn, this.#time.wallMs());
    const { which, ...command } = { which: 0, ...rest };
    const known = this.#ids.length;
    const reservation = known === 0 ? 'none' : this.#ids[known - 1 - (which % known)]!;
    const asked = 'which' in rest ? { reservation, ...command } : command;
    const options = key === undefined ? {} : { key };
    const sent: Sent = {
      text: JSON.stringify([verb, asked]),
      ask: ({ stock }) => stock[verb](asked as never, options) as Promise<Answer>,
      naive: (id) => this.#naively(step, reservation, id),
    };
    if (key === undefined) return sent;
    this.#keyed.sent({ ...sent, key });
    return { ...sent, key };
  }

  #naively(step: Step, reservation: string, id: string): Said {
    const naive = this.#naive;
    switch (step.do) {
      case 'reserve':
        return naive.reserve(id, step.lines, step);
      case 'confirm':
        return naive.confirm(reservation, step.lines);
      case 'cancel':
        return naive.cancel(reservation);
      case 'extend':
        return naive.extend(reservation, step.holdForMs);
      case 'change':
        return naive.change(reservation, step.lines);
      case 'return':
        return naive.return(reservation, step.lines);
      case 'receive':
        return naive.receive(step.pool, step.quantity);
      case 'adjust':
        return naive.adjust(step.pool, step.quantity, step.upTo);
      case 'transfer':
        return naive.transfer(step.from, step.to, step.quantity);
      default:
        throw new RangeError(`not a command: ${step.do}`);
    }
  }

  async #send(sent: Sent): Promise<void> {
    const answers: Answer[] = [];
    for (const subject of this.#subjects) {
      subject.nextCommand();
      answers.push(await sent.ask(subject));
    }
    const [answer] = answers;
    for (const other of answers) assert.deepEqual(other, answer, 'two engines answer differently');
    this.#compareAnswer(sent, answer!);
    if (this.#tidy) await this.#compareBalances();
  }

  #compareAnswer({ text, key, naive }: Sent, answer: Answer): void {
    const first = key === undefined ? undefined : this.#keyed.firstOf(key);
    if (first !== undefined) {
      compareRepeat(answer, first, text);
      return;
    }
    const id = answer.ok ? String((answer.value as { id?: string }).id) : 'refused';
    const said = naive(id);
    const should = said.ok ? 'ok' : said.code;
    assert.equal(codeOf(answer), should, JSON.stringify(answer));
    if (!answer.ok || !said.ok) return;
    assert.equal(answer.repeated, false);
    if (key !== undefined) this.#keyed.answered(key, { text, value: answer.value });
    if (said.reservation === undefined) {
      assert.equal((answer.value as { quantity: number }).quantity, said.quantity);
      return;
    }
    if (!this.#ids.includes(id)) this.#ids.push(id);
    assert.deepEqual(shown(answer.value as Reservation), expected(said.reservation));
  }

  async #compareBalances(): Promise<void> {
    const naive = this.#naive;
    const owners = BUYERS.flatMap((buyer) => perBuyer().map((limit) => ({ buyer, limit })));
    for (const { name, stock } of this.#subjects) {
      // At once, so that an engine elsewhere is asked once.
      const ids = owners.map(({ limit, buyer }) => this.#limitOwner(limit, buyer));
      const reading = [
        Promise.all(POOLS.map((pool) => stock.pool(pool))),
        stock.engine.owners(ids),
      ];
      const [pools, states] = (await Promise.all(reading)) as [Pool[], OwnerState[]];
      for (const [index, pool] of POOLS.entries()) {
        const { available, held, sold } = pools[index]!;
        const should = {
          available: naive.available.get(pool)!,
          held: naive.standing(pool, 'HELD'),
          sold: naive.standing(pool, 'CONFIRMED'),
        };
        assert.deepEqual({ available, held, sold }, should, `${pool} over ${name}`);
      }
      owners.forEach(({ limit, buyer }, index) => {
        const used = 0 - (states[index]?.accounts.used?.balance ?? 0);
        assert.equal(used, naive.counted(limit, buyer), `${limit} of ${buyer} over ${name}`);
      });
    }
  }

  #limitOwner(limit: string, buyer: string): string {
    const day = new Date(this.#time.wallMs()).toISOString().slice(0, 10);
    return `!${limit}!${LIMITS[limit]!.period === undefined ? '' : day}!${buyer}`;
  }
}

const perBuyer = () => Object.keys(LIMITS).filter((limit) => LIMITS[limit]!.per === 'buyer');

function compareRepeat(answer: Answer, first: { text: string; value: unknown }, text: string) {
  if (first.text !== text) {
    assert.equal(codeOf(answer), 'key-reused');
    return;
  }
  assert.ok(answer.ok && answer.repeated, 'a repeat was not answered as one');
  assert.deepEqual(answer.value, first.value, 'a repeat was answered differently');
}

function codeOf(answer: Answer): string {
  return answer.ok ? 'ok' : answer.code;
}
