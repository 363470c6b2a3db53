// The reservations that the load can still do something with: carts that are held, and purchases
// that may come back. Both are bounded: what is past its deadline, or too many, is forgotten.

import type { Reservation } from '../src/client/index.ts';

/** A random one of `items`, out of the list; the last takes its place. */
function draw<T>(items: T[]): T | undefined {
  if (items.length === 0) return undefined;
  const at = Math.floor(Math.random() * items.length);
  const drawn = items[at]!;
  const last = items.pop()!;
  if (at < items.length) items[at] = last;
  return drawn;
}

const SOLD_MAX = 5_000;
const CARTS_MAX = 200_000;

export class Carts {
  readonly #held: Reservation[] = [];
  readonly #sold: Reservation[] = [];

  get held(): number {
    return this.#held.length;
  }

  keep(reservation: Reservation): void {
    if (this.#held.length < CARTS_MAX) this.#held.push(reservation);
  }

  keepSold(reservation: Reservation): void {
    if (this.#sold.length >= SOLD_MAX) draw(this.#sold);
    this.#sold.push(reservation);
  }

  /** A cart that had time left when it was last seen, or rarely one that just ran out. */
  draw(): Reservation | undefined {
    for (;;) {
      const cart = draw(this.#held);
      if (cart === undefined || !isOver(cart) || Math.random() < 0.02) return cart;
    }
  }

  drawSold(): Reservation | undefined {
    return draw(this.#sold);
  }

  /** Forgets what has run out. */
  prune(): void {
    const kept = this.#held.filter((cart) => !isOver(cart));
    this.#held.length = 0;
    for (const cart of kept) this.#held.push(cart);
  }
}

function isOver({ expiresAt }: Reservation): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) < Date.now();
}
