// Reports what an offline till has sold, in the order of its journal, from where it stood before. The
// place in the journal is kept in the till's own store; a sale that the centre will not have is kept
// there too, for a person to look at.

import type { Document, DocumentWrite, Engine, Entry } from '../engines/contract.ts';
import type { LeasedSale } from '../kernel/lease-sales.ts';
import { asJson, reservationData } from '../kernel/reservation.ts';
import type { Verdict } from './centre.ts';
import { saleOf } from './sale-of.ts';
import { passing } from './share-terms.ts';

const SLICE = 500;
const PLACE = 'report:place';

export interface JournalReportParts {
  engine: Engine;
  add: (sale: LeasedSale) => void;
  say: (text: string) => void;
}

export class JournalReport {
  readonly #parts: JournalReportParts;
  #after: number;
  #reading = false;
  /** Sales of the slice in hand that have no verdict yet, and the end of that slice. */
  #open = 0;
  #end = 0;
  readonly #unrecorded: DocumentWrite[] = [];

  private constructor(parts: JournalReportParts, after: number) {
    this.#parts = parts;
    this.#after = after;
  }

  static async start(parts: JournalReportParts): Promise<JournalReport> {
    const [place] = await parts.engine.documents([PLACE]);
    const { position = 0 } = (place?.data ?? {}) as { position?: number };
    return new JournalReport(parts, position);
  }

  /** Whether the centre has been told of all that was sold. */
  get isDone(): boolean {
    return (
      this.#open === 0 && !this.#reading && this.#after >= this.#parts.engine.health().position
    );
  }

  tick(): void {
    if (this.#reading || this.#open > 0 || this.isDone) return;
    this.#reading = true;
    this.#next()
      .catch(passing)
      .finally(() => {
        this.#reading = false;
      });
  }

  async judged(sale: LeasedSale, verdict: Verdict): Promise<void> {
    if (!verdict.ok) {
      this.#parts.say(`sale ${sale.id} was not recorded: ${verdict.code}`);
      const data = asJson({ sale, code: verdict.code, details: verdict.details });
      this.#unrecorded.push({
        id: `unrecorded:${sale.id}`,
        kind: 'unrecorded',
        state: 'OPEN',
        data,
      });
    } else if (verdict.overLimit) this.#parts.say(`sale ${sale.id} is past a purchase limit`);
    this.#open -= 1;
    if (this.#open === 0) await this.#passed();
  }

  async #next(): Promise<void> {
    const entries = await this.#parts.engine.entries({ after: this.#after, limit: SLICE });
    if (entries.length === 0) return;
    this.#end = entries.at(-1)!.position;
    const sales = entries.flatMap((entry) => soldIn(entry).map(saleOf));
    if (sales.length === 0) {
      // Not written down: that would be an entry to read again.
      this.#after = this.#end;
      return;
    }
    this.#open = sales.length;
    for (const sale of sales) this.#parts.add(sale);
  }

  async #passed(): Promise<void> {
    const place = { id: PLACE, kind: 'report', state: 'AT', data: { position: this.#end } };
    const writes = [place, ...this.#unrecorded.splice(0)];
    await this.#parts.engine.commit([{ writes, events: [] }]);
    this.#after = this.#end;
  }
}

function soldIn({ events, documents }: Entry): Document[] {
  return documents.filter(
    (document) =>
      document.state === 'CONFIRMED' &&
      document.kind === 'reservation' &&
      reservationData(document).sale !== undefined &&
      events.some(
        ({ type, subject }) => type === 'reservation.confirmed' && subject === document.id,
      ),
  );
}
