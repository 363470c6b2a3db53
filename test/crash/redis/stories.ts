// What shoppers were told of their carts, and what the store shows of them after a fault. A confirmed cart is there
// for good; one that was only held may be lost with Redis, and is counted. Knows HTTP and the stories alone.

import { isDeepStrictEqual } from 'node:util';
import { each } from '../each.ts';
import type { HttpClient, Reply } from '../http-client.ts';

export interface Cart {
  id: string;
  line: { pool: string; quantity: number };
  state: 'held' | 'confirmed' | 'cancelled';
  /** Of a confirmed one: its key, and what it was answered. */
  confirmed?: { key: string; body: Reply['body'] };
}

/** A command whose outcome is open. */
export interface Open {
  path: string;
  key: string;
  body: object;
  learn(reply: Reply): void;
}

export interface Counts {
  confirmed: number;
  /** Held, and gone. */
  lostHeld: number;
  /** Cancelled or lost, and held again; or cancelled, and gone. */
  setBack: number;
}

export class Stories {
  readonly carts = new Map<string, Cart>();
  readonly open = new Map<string, Open>();
  readonly counts: Counts = { confirmed: 0, lostHeld: 0, setBack: 0 };
  readonly lost: string[] = [];
  readonly wrong: string[] = [];

  /** Asks again what nobody has answered, then compares every cart. Nobody may be shopping. */
  async compare(client: HttpClient): Promise<void> {
    await each([...this.open.values()], async (open) => {
      const { path, key, body } = open;
      const reply = await client.send({ method: 'POST', path, key, body });
      this.open.delete(key);
      open.learn(reply);
    });
    await each([...this.carts.values()], (cart) => this.#look(client, cart));
  }

  /** Units by pool and state, as the stories have it. */
  units(state: Cart['state'], pool: string): number {
    let units = 0;
    for (const cart of this.carts.values()) {
      if (cart.state === state && cart.line.pool === pool) units += cart.line.quantity;
    }
    return units;
  }

  /** A cart that somebody was told he has, and that is not there. */
  gone(cart: Cart): void {
    if (cart.state === 'confirmed') this.lost.push(`the confirmed cart ${cart.id} is gone`);
    else this.counts[cart.state === 'held' ? 'lostHeld' : 'setBack'] += 1;
    this.carts.delete(cart.id);
  }

  async #look(client: HttpClient, cart: Cart): Promise<void> {
    const { status, body } = await client.send({
      method: 'GET',
      path: `/v1/reservations/${cart.id}`,
    });
    if (status === 404) {
      this.gone(cart);
      return;
    }
    const shown = String(body.status);
    if (shown === cart.state.toUpperCase()) {
      if (cart.confirmed !== undefined) await this.#repeat(client, cart);
      return;
    }
    if (cart.state === 'confirmed') this.lost.push(`the confirmed cart ${cart.id} is ${shown}`);
    else if (cart.state === 'cancelled' && shown === 'HELD') {
      this.counts.setBack += 1;
      cart.state = 'held';
    } else this.wrong.push(`no answer explains that the ${cart.state} cart ${cart.id} is ${shown}`);
  }

  async #repeat(client: HttpClient, { id, confirmed }: Cart): Promise<void> {
    const { key, body } = confirmed!;
    const path = `/v1/reservations/${id}/confirm`;
    const reply = await client.send({ method: 'POST', path, key, body: {} });
    if (!reply.replayed || !isDeepStrictEqual(reply.body, body)) {
      this.wrong.push(`the confirm of ${id} is now answered ${JSON.stringify(reply)}`);
    }
  }
}
