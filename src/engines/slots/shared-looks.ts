// Looks at the same thing by many at once: whoever asks while one is under way shares the next with the others, so
// that what he is told was looked at after he asked.

interface Looks<T> {
  running: Promise<unknown>;
  next?: Promise<T>;
}

export class SharedLooks<T> {
  readonly #look: (name: string) => Promise<T>;
  readonly #looks = new Map<string, Looks<T>>();

  constructor(look: (name: string) => Promise<T>) {
    this.#look = look;
  }

  at(name: string): Promise<T> {
    const looks = this.#looks.get(name);
    if (looks === undefined) return this.#begin(name);
    looks.next ??= looks.running.then(() => this.#begin(name));
    return looks.next;
  }

  #begin(name: string): Promise<T> {
    const looking = this.#look(name);
    const looks: Looks<T> = { running: looking.catch(() => {}) };
    this.#looks.set(name, looks);
    void looks.running.then(() => {
      if (looks.next === undefined && this.#looks.get(name) === looks) this.#looks.delete(name);
    });
    return looking;
  }
}
