// The cursor as the server at work has it: takes the work on, notes how far it came, lets go. What another
// server wrote meanwhile is found out by the version, and then it does not hold it any more.

import type { Decided, Document, DocumentId } from '../../engines/contract.ts';
import type { Plan } from '../../kernel/plan.ts';
import { refuse } from '../../kernel/refusals.ts';
import {
  claimRelay,
  moveRelayCursor,
  type RelayCursorData,
  relayCursorData,
  relayCursorId,
} from '../../kernel/relay-cursor.ts';
import type { StockParts } from '../../stock/parts.ts';

export class RelayHold {
  readonly #stock: StockParts;
  readonly #id: DocumentId;
  readonly #relay: string;
  readonly #leaseMs: number;
  #cursor: Document | undefined;
  #claiming: Plan | undefined;
  /** As it was last seen, whoever holds it. */
  #seen: RelayCursorData | undefined;

  constructor(parts: { stock: StockParts; name: string; leaseMs: number }) {
    this.#stock = parts.stock;
    this.#id = relayCursorId(parts.name);
    this.#relay = parts.stock.newId();
    this.#leaseMs = parts.leaseMs;
  }

  /** Up to where everything is known to have arrived. */
  get position(): number {
    return this.#seen?.position ?? 0;
  }

  /** Whether no other server begins within so long. */
  holds(place: string, forMs: number): boolean {
    if (this.#cursor === undefined) return false;
    const { place: held, untilMs = 0 } = relayCursorData(this.#cursor);
    return held === place && untilMs > this.#stock.engine.clock().nowMs + forMs;
  }

  /** Looks who is at work; up to where all has arrived, if it could be taken on here. */
  async look(place: string): Promise<number | undefined> {
    const found = await this.#stock.latest(this.#id);
    this.#seen = found && relayCursorData(found);
    this.#claiming = this.#planClaim(found, place);
    if (!this.#claiming.ok) return undefined;
    return this.#seen?.place === place ? this.#seen.position : 0;
  }

  /** Takes it on as it was looked at; false where another server was faster. */
  async claim(): Promise<boolean> {
    return this.#claiming?.ok === true && this.#write('claim-relay', this.#claiming);
  }

  #planClaim(found: Document | undefined, place: string): Plan {
    const { nowMs } = this.#stock.engine.clock();
    const [id, relay, forMs] = [this.#id, this.#relay, this.#leaseMs];
    return claimRelay({ id, found, place, relay, nowMs, forMs });
  }

  /** Everything up to there has arrived. False where another server is at it. */
  async move(position: number): Promise<boolean> {
    if (this.#cursor === undefined) return false;
    const untilMs = this.#stock.engine.clock().nowMs + this.#leaseMs;
    return this.#write('move-relay', moveRelayCursor(this.#cursor, { position, untilMs }));
  }

  /** Another server may begin at once. */
  async release(position: number): Promise<void> {
    if (this.#cursor === undefined) return;
    const plan = moveRelayCursor(this.#cursor, { position, untilMs: undefined });
    await this.#write('release-relay', plan);
    this.drop();
  }

  /** It is not known any more how the cursor stands. */
  drop(): void {
    this.#cursor = undefined;
  }

  /** Planned once: on what another one wrote, nothing is written. */
  async #write(name: string, plan: Plan): Promise<boolean> {
    if (!plan.ok) return false;
    let plans = 0;
    this.#cursor = undefined;
    const answer = await this.#stock.run('background', {}, [name, { cursor: this.#id }], {
      plan: () => {
        plans += 1;
        return plans === 1 ? plan : refuse('contended');
      },
      value: (entry: Decided) => entry.documents[0]!,
    });
    if (!answer.ok) return false;
    this.#cursor = answer.value;
    this.#seen = relayCursorData(answer.value);
    return true;
  }
}
