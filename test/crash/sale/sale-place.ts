// The place of a buyer in the line of a sale, as their page keeps it: shown again and again until it has a pass. Says
// what no place should come to: another one than it was, or none.

import type { Reply } from '../http-client.ts';
import type { SaleLine } from './sale-line.ts';
import { type PlaceLook, SaleLog } from './sale-log.ts';

export interface PlaceParts {
  name: string;
  sale: string;
  passForMs: number;
  line: SaleLine;
  log: SaleLog;
}

export interface Pass {
  id: string;
  pass: string;
  untilMs: number;
}

export class SalePlace {
  readonly #its: PlaceParts;
  #place: string | undefined;
  #lastLook: PlaceLook | undefined;
  /** A pass that is out, until when: nobody else gets it. */
  passUntilMs = 0;

  constructor(its: PlaceParts) {
    this.#its = its;
  }

  /** A place where there is none, and how it stands: its pass once it has one. */
  async show(): Promise<Pass | undefined> {
    const { name, sale, line } = this.#its;
    const place = this.#place;
    const askedMs = performance.now();
    const path = `/v1/sales/${sale}/places`;
    const reply =
      place === undefined
        ? await line.ask({ method: 'POST', path, body: { buyer: name } })
        : await line.ask({ method: 'POST', path: `${path}/heartbeat`, body: { place } });
    if (reply.status >= 400) {
      this.#over(reply);
      return undefined;
    }
    const { place: token, state, pass, passExpiresAt } = reply.body as Record<string, string>;
    const { id, rank } = SaleLog.read(token!);
    const look: PlaceLook = {
      buyer: name,
      askedMs,
      answeredMs: performance.now(),
      id,
      rank,
    } as PlaceLook;
    look.state = state as PlaceLook['state'];
    if (pass !== undefined) look.untilMs = Date.parse(passExpiresAt!);
    this.#compare(place, look);
    this.#its.log.looks.push(look);
    [this.#place, this.#lastLook] = [token, look];
    if (pass === undefined) return undefined;
    this.passUntilMs = look.untilMs!;
    return { id, pass, untilMs: look.untilMs! };
  }

  /** What was shown is what stands. */
  #compare(shown: string | undefined, { id, rank }: PlaceLook): void {
    if (shown === undefined) return;
    const was = SaleLog.read(shown);
    if (was.id === id && was.rank === rank) return;
    this.#its.log.lost.push(
      `${this.#its.name} stood at ${was.rank} (${was.id}), and now at ${rank} (${id})`,
    );
  }

  /** No place any more: rightly so, where its pass was used or its time was over. */
  #over({ status, body: { code, reason } }: Reply): void {
    const { name, log, passForMs } = this.#its;
    const last = this.#lastLook;
    const isUsed = reason === 'used' && last !== undefined && log.orders.has(last.id);
    const since = performance.now() - (last?.askedMs ?? 0);
    // What is left of a pass counts from when the room was asked, and is told as from the answer.
    const earlyMs = last === undefined ? 0 : last.answeredMs - last.askedMs + 1;
    const isLate =
      last?.untilMs === undefined ? since >= passForMs : Date.now() >= last.untilMs - earlyMs;
    if (reason === 'lapsed' && isLate) log.counts.lapsed += 1;
    else if (!isUsed) log.lost.push(`the place of ${name} is gone: ${status} ${code} ${reason}`);
    this.forget();
  }

  async leave(): Promise<void> {
    if (this.#place === undefined) return;
    const { sale, line } = this.#its;
    await line.ask({
      method: 'POST',
      path: `/v1/sales/${sale}/places/leave`,
      body: { place: this.#place },
    });
    this.forget();
  }

  forget(): void {
    this.#place = undefined;
    this.#lastLook = undefined;
    this.passUntilMs = 0;
  }
}
