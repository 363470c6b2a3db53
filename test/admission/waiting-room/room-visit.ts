// A room with a keeper, as tests visit it: buyers by their names, who stands where, and turns with so many passes.
// Expects nothing.

import type {
  Place,
  RoomRule,
  Rooms,
  Standing,
  Turn,
} from '../../../src/admission/waiting-room/rooms.ts';
import { newId } from '../../../src/ids.ts';
import type { Keeper } from './room-keepers.ts';

const TURN_AT_LEAST_EVERY_MS = 5_000;

export class RoomVisit {
  readonly keeper: Keeper;
  rooms: Rooms;
  rule: RoomRule = {
    sale: 'spring',
    multiple: 2,
    passForMs: 60_000,
    awayAfterMs: 30_000,
    isOpen: true,
    isNew: true,
    sizeMax: 10_000,
  };
  readonly places = new Map<string, Place>();

  constructor(keeper: Keeper) {
    this.keeper = keeper;
    this.rooms = keeper.rooms;
  }

  async join(buyer: string, lot = 0, rooms = this.rooms): Promise<Standing> {
    const standing = await this.tryToJoin(buyer, lot, rooms);
    if (standing === undefined) throw new Error('the room is full');
    this.places.set(buyer, standing.place);
    return standing;
  }

  async tryToJoin(buyer: string, lot = 0, rooms = this.rooms): Promise<Standing | undefined> {
    return rooms.join(this.rule, { buyer, id: newId(), lot });
  }

  async joinAll(...buyers: string[]): Promise<void> {
    for (const buyer of buyers) await this.join(buyer);
  }

  /** How buyers stand, each of whom gives a sign of life: `3`, `in`, or why they are out. */
  async look(...buyers: string[]): Promise<(number | string)[]> {
    return this.lookAt(buyers.map((buyer) => this.places.get(buyer)!));
  }

  async lookAt(places: readonly Place[], rooms = this.rooms): Promise<(number | string)[]> {
    const standings = await rooms.seen(this.rule, places);
    return standings.map((standing) => {
      if (standing.state === 'WAITING') return standing.ahead;
      return standing.state === 'ADMITTED' ? 'in' : standing.reason;
    });
  }

  async turn(passesMax: number, rooms = this.rooms): Promise<Turn> {
    const used = await rooms.used(this.rule);
    return rooms.turn(this.rule, { passesMax, used });
  }

  /** Time passes, in which the room has its turns and nothing to give. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= TURN_AT_LEAST_EVERY_MS) {
      this.keeper.passMs(Math.min(left, TURN_AT_LEAST_EVERY_MS));
      await this.turn(0);
    }
  }

  async end(buyer: string, reason: 'used' | 'left'): Promise<void> {
    await this.rooms.end(this.rule, this.places.get(buyer)!.id, reason);
  }
}
