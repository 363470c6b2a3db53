// Waiting rooms in the memory of one server, each with its sale's name. Forgets those that nobody has looked at for a
// day.

import { MemoryRoom } from './memory-room.ts';
import {
  type Joining,
  type Place,
  ROOM_KEPT_MS,
  type RoomRule,
  type Rooms,
  type Standing,
  type Turn,
} from './rooms.ts';

export class MemoryRooms implements Rooms {
  readonly #nowMs: () => number;
  readonly #rooms = new Map<string, { room: MemoryRoom; usedMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  join(rule: RoomRule, joining: Joining): Standing | undefined {
    return this.#room(rule).join(joining, rule, this.#nowMs());
  }

  seen(rule: RoomRule, places: readonly Place[]): Standing[] {
    const room = this.#room(rule);
    return places.map((place) => room.seen(place, this.#nowMs()));
  }

  end(rule: RoomRule, id: string, reason: 'used' | 'left'): void {
    this.#room(rule).end(id, reason);
  }

  used(rule: RoomRule): number {
    return this.#room(rule).used;
  }

  turn(rule: RoomRule, known: { passesMax: number; used: number }): Turn {
    return this.#room(rule).turn(rule, known, this.#nowMs());
  }

  #room(rule: RoomRule): MemoryRoom {
    const nowMs = this.#nowMs();
    const known = this.#rooms.get(rule.sale);
    if (known !== undefined) {
      known.usedMs = nowMs;
      return known.room;
    }
    for (const [sale, { usedMs }] of this.#rooms) {
      if (nowMs - usedMs > ROOM_KEPT_MS) this.#rooms.delete(sale);
    }
    const room = new MemoryRoom(rule, nowMs);
    this.#rooms.set(rule.sale, { room, usedMs: nowMs });
    return room;
  }
}
