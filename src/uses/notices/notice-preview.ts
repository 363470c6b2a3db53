// Shows what a notice would tell: of an order, a reservation, a return or a place in line as it is now, or
// of an example. Sends nothing and writes nothing.

import type { Document, Engine, JsonObject } from '../../engines/contract.ts';
import { noticeData } from '../../kernel/notice.ts';
import type { PreviewCommand } from '../../kernel/notice-commands.ts';
import { type RefusalCode, type Refused, refuse } from '../../kernel/refusals.ts';
import { type Told, type Written, writeMessage, wrongIn } from '../../kernel/write-message.ts';
import type { EventBodies } from '../deliveries/event-bodies.ts';

/** Documents that have all there can be, by kind, and the data of an event. */
export interface Examples {
  kinds: Readonly<Record<PreviewKind, object>>;
  event: object;
}

export interface Preview extends Written {
  event: string;
  /** Placeholders that can never stand for anything. */
  wrong: string[];
}

/** What a preview can be of, the event that is taken where nobody says which, and what an unknown one is. */
const KINDS = {
  order: ['order.reserved', 'unknown-order'],
  reservation: ['reservation.held', 'unknown-reservation'],
  waiter: ['waiter.offered', 'unknown-waiter'],
  return: ['return.requested', 'unknown-return'],
} as const satisfies Record<string, readonly [string, RefusalCode]>;
export type PreviewKind = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as PreviewKind[];

export class NoticePreview {
  readonly #parts: { engine: Engine; bodies: EventBodies; examples: Examples };

  constructor(parts: { engine: Engine; bodies: EventBodies; examples: Examples }) {
    this.#parts = parts;
  }

  async of(
    notice: Document,
    command: PreviewCommand,
  ): Promise<{ ok: true; value: Preview } | Refused> {
    const { engine, bodies, examples } = this.#parts;
    const data = noticeData(notice);
    const [kind] = NAMES.filter((name) => command[name] !== undefined);
    const event = eventOf(data.events, command.event, kind);
    const all = { ...frame(event), ...examples.kinds, data: examples.event, buyer: 'ann' };
    let told: Told = { body: { ...frame(event), ...exampleOf(event, examples) }, buyer: 'ann' };
    if (kind !== undefined) {
      const id = command[kind]!;
      const [document] = await engine.documents([id]);
      if (document?.kind !== kind) return refuse(KINDS[kind][1], { [kind]: id });
      const body = { ...frame(event), subject: id, ...(await bodies.views(document)) };
      told = document.buyer === undefined ? { body } : { body, buyer: document.buyer };
    }
    const written = writeMessage(data, told);
    return { ok: true, value: { event, ...written, wrong: wrongIn(data, all as JsonObject) } };
  }
}

/** The first type that the notice names and that fits; where it names none, one that does. */
function eventOf(events: readonly string[], asked: string | undefined, kind?: PreviewKind): string {
  if (asked !== undefined) return asked;
  const fits = (type: string) => kind === undefined || type.startsWith(`${kind}.`);
  const named = events.find((type) => !type.includes('*') && fits(type));
  if (named !== undefined) return named;
  const [first] = NAMES.filter((name) => events.includes(`${name}.*`));
  return KINDS[kind ?? first ?? 'order'][0];
}

function exampleOf(event: string, { kinds, event: data }: Examples): JsonObject {
  const [kind = 'order'] = NAMES.filter((name) => event.startsWith(`${name}.`));
  const order = kind === 'return' ? { order: kinds.order } : {};
  return { ...order, [kind]: kinds[kind], data } as unknown as JsonObject;
}

function frame(type: string): JsonObject {
  const at = '2026-11-20T09:30:00.000Z';
  return { type, at, position: 1, index: 0, subject: '01a1f888-cf04-73e4-a464-d9c3307a73e6' };
}
