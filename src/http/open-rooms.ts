// The waiting rooms of a server: their rules as the shop's sales have them, what those have left, and which passes
// have become orders. Holds no rule of its own.

import type { Admission } from '../admission/admission.ts';
import { TokenSigner } from '../admission/signed-token.ts';
import { MemoryRooms } from '../admission/waiting-room/memory-rooms.ts';
import { RoomTokens } from '../admission/waiting-room/room-tokens.ts';
import { ROOM_SIZE_MAX, type RoomRule } from '../admission/waiting-room/rooms.ts';
import { WaitingRooms } from '../admission/waiting-room/waiting-rooms.ts';
import { newId } from '../ids.ts';
import type { Refused } from '../kernel/refusals.ts';
import { type Sale, saleStateAt } from '../kernel/sale.ts';
import { AWAY_AFTER_DEFAULT_MS, PASS_FOR_DEFAULT_MS } from '../kernel/sale-room.ts';
import type { Stock } from '../stock.ts';
import type { Uses } from '../uses/open-uses.ts';
import type { RoomDoor } from './door/room-guard.ts';

/** Nobody can be waiting in a room that its server does not know of yet, if the sale is no older than the server. */
const NEW_MS = 5_000;

/** Those of a sale that has a waiting room, before it is over. */
export interface OpenRooms {
  rooms: WaitingRooms;
  tokens: RoomTokens;
  door: RoomDoor;
  /** What came of an attempt with a pass: one that made its order is out no more. */
  bought(sale: string, pass: string, answer: { ok: true } | Refused): void;
}

export function openRooms(
  { stock, uses, onError }: { stock: Stock; uses: Uses; onError: (error: unknown) => void },
  { secret, rooms, roomSizeMax: sizeMax = ROOM_SIZE_MAX }: Admission = {},
): OpenRooms {
  const { engine } = stock;
  const nowMs = () => engine.clock().nowMs;
  const tokens = new RoomTokens(new TokenSigner(secret));
  const openedMs = nowMs();
  const ruleOf = (sale: Sale | undefined) =>
    sale && roomRule(sale, { openedMs, sizeMax, ...engine.clock() });
  const waiting = new WaitingRooms({
    rooms: rooms ?? new MemoryRooms(nowMs),
    tokens,
    onError,
    shop: {
      nowMs,
      newId,
      rule: (name) => ruleOf(uses.sales.known(name)),
      rules: () => uses.sales.withRoom().flatMap((sale) => ruleOf(sale) ?? []),
      async available(name) {
        const sale = uses.sales.known(name);
        return sale === undefined ? 0 : uses.sales.unitsOf(sale);
      },
      async ordered(ids) {
        const found = await engine.documents(ids);
        return new Set(found.flatMap((document) => document?.id ?? []));
      },
    },
  });
  const isUsed = async (pass: string) => (await engine.documents([pass]))[0] !== undefined;
  return {
    rooms: waiting,
    tokens,
    door: { tokens, nowMs, isUsed },
    bought(sale, pass, answer) {
      const rule = waiting.rule(sale);
      if (rule === undefined || !(answer.ok || answer.code === 'pass-used')) return;
      // If it does not get there, the pass counts as out until its time is over.
      waiting.used(rule, pass).catch(onError);
    },
  };
}

interface RoomTimes {
  openedMs: number;
  nowMs: number;
  dueMs: number;
}

/** Of a sale that is over or has no room: undefined. */
function roomRule(
  sale: Sale,
  { openedMs, sizeMax, nowMs, dueMs }: RoomTimes & Pick<RoomRule, 'sizeMax'>,
): RoomRule | undefined {
  const { room, state } = sale;
  if (room === undefined || (state !== 'ARMED' && state !== 'OPEN')) return undefined;
  const { multiple, passForMs = PASS_FOR_DEFAULT_MS, awayAfterMs = AWAY_AFTER_DEFAULT_MS } = room;
  return {
    ...{ sale: sale.sale, multiple, passForMs, awayAfterMs, sizeMax },
    // Where the store holds the opening back, a pass would run out before it is good.
    isOpen: saleStateAt(sale, nowMs) === 'OPEN' && saleStateAt(sale, dueMs) === 'OPEN',
    isNew: sale.createdAtMs >= openedMs && nowMs - sale.createdAtMs < NEW_MS,
  };
}
