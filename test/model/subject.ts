// One engine under test with the library over it, which can be closed and opened again in the middle
// of a sequence. Its ids are counted within each command, so that two subjects give the same: one that
// refuses from memory draws none.

import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine, Entry } from '../../src/engines/contract.ts';
import { Stock } from '../../src/stock.ts';
import { verify } from '../../src/verify/verify.ts';

export interface EngineKind {
  name: string;
  open(time: ManualTime): Promise<Engine>;
  /** Missing: a restart is left out. */
  reopen?(closed: Engine, time: ManualTime): Promise<Engine>;
  /** Of one batch, entries that share nothing may stand in another order than they were asked in. */
  decidesApart?: boolean;
  /** Opened anew it does not know of a key that was used elsewhere, for another command. */
  forgetsWhereKeysAre?: boolean;
  /** Removes what a closed one has kept, where that is not in a folder that goes with the process. */
  remove?(closed: Engine): Promise<void>;
}

export class Subject {
  readonly name: string;
  readonly decidesApart: boolean;
  readonly #kind: EngineKind;
  readonly #time: ManualTime;
  #stock: Stock;
  #commands = 0;
  #ids = 0;

  private constructor(kind: EngineKind, time: ManualTime, stock: Stock) {
    this.name = kind.name;
    this.decidesApart = kind.decidesApart === true;
    this.#kind = kind;
    this.#time = time;
    this.#stock = stock;
  }

  static async open(kind: EngineKind, time: ManualTime): Promise<Subject> {
    const engine = await kind.open(time);
    const newId = () => subject.#newId();
    const subject: Subject = new Subject(
      kind,
      time,
      await Stock.open(engine, { sweep: false, newId }),
    );
    return subject;
  }

  get stock(): Stock {
    return this.#stock;
  }

  async restart(): Promise<void> {
    if (this.#kind.reopen === undefined) return;
    const { engine } = this.#stock;
    await this.#stock.close();
    const again = await this.#kind.reopen(engine, this.#time);
    this.#stock = await Stock.open(again, { sweep: false, newId: () => this.#newId() });
  }

  /** Closes the library and the engine for good. */
  async end(): Promise<void> {
    const { engine } = this.#stock;
    await this.#stock.close();
    await this.#kind.remove?.(engine);
  }

  /** Writes a pool's document with another state; what is released goes to `home`, if one is named. */
  async setPool(pool: string, state: 'OPEN' | 'CLOSED', home?: string): Promise<void> {
    const { engine } = this.#stock;
    const [document] = await engine.documents([`pool:${pool}`]);
    const { id, kind, data } = document!;
    const releaseTo = home === undefined ? {} : { releaseTo: { release: home } };
    const writes = [{ id, kind, state, data, ...releaseTo }];
    await Promise.all(await engine.commit([{ writes, events: [] }]));
  }

  async journal(): Promise<Entry[]> {
    return this.#stock.engine.entries({ after: 0, limit: 100_000 });
  }

  async problems(): Promise<string[]> {
    const report = await verify(this.#stock.engine);
    return report.problems.map(({ invariant, what }) => `${invariant}: ${what}`);
  }

  /** Called before each command. */
  nextCommand(): void {
    this.#commands += 1;
    this.#ids = 0;
  }

  #newId(): string {
    this.#ids += 1;
    return `r${String(this.#commands).padStart(4, '0')}-${String(this.#ids).padStart(3, '0')}`;
  }
}
