// A binary heap of (deadline, document id), earliest first and of one moment by id, so that what comes
// of it does not depend on the order in which it was filled. Entries are never looked for: one that
// no longer holds is dropped when it comes up, and all such are swept out when they outnumber the
// others. Deadlines mostly arrive in order, so that a push rarely climbs.

export class DeadlineHeap {
  readonly #deadlines: number[] = [];
  readonly #ids: string[] = [];
  #stale = 0;

  get size(): number {
    return this.#ids.length;
  }

  push(deadlineMs: number, id: string): void {
    this.#deadlines.push(deadlineMs);
    this.#ids.push(id);
    this.#climb(this.#ids.length - 1);
  }

  /** Notes that one entry no longer holds; sweeps when half of them do not. */
  forget(holds: (id: string, deadlineMs: number) => boolean): void {
    this.#stale += 1;
    const { length } = this.#ids;
    if (this.#stale < Math.min(64, length) || this.#stale * 2 < length) return;
    this.#sweep(holds);
  }

  /** The earliest deadline that still holds. */
  earliest(holds: (id: string, deadlineMs: number) => boolean): number | undefined {
    while (this.#ids.length > 0) {
      const deadlineMs = this.#deadlines[0]!;
      if (holds(this.#ids[0]!, deadlineMs)) return deadlineMs;
      this.#pop();
      this.#stale = Math.max(0, this.#stale - 1);
    }
    return undefined;
  }

  /** Up to `limit` ids with deadlines up to `dueMs`, earliest first. They stay in the heap. */
  due(options: {
    dueMs: number;
    limit: number;
    holds: (id: string, deadlineMs: number) => boolean;
  }): string[] {
    const { dueMs, limit, holds } = options;
    const found = new Set<string>();
    const deadlines: number[] = [];
    while (found.size < limit) {
      const deadlineMs = this.earliest(holds);
      if (deadlineMs === undefined || deadlineMs > dueMs) break;
      const id = this.#ids[0]!;
      this.#pop();
      // The same document may have been pushed twice with one deadline.
      if (found.has(id)) continue;
      found.add(id);
      deadlines.push(deadlineMs);
    }
    const ids = [...found];
    ids.forEach((id, index) => {
      this.push(deadlines[index]!, id);
    });
    return ids;
  }

  #sweep(holds: (id: string, deadlineMs: number) => boolean): void {
    const expected = this.#ids.length - this.#stale;
    this.#keep(holds);
    // Fewer went than were forgotten: some stand here more than once with a deadline that holds.
    if (this.#ids.length > expected) {
      const seen = new Set<string>();
      this.#keep((id) => seen.size < seen.add(id).size);
    }
    this.#stale = 0;
    for (let index = (this.#ids.length >> 1) - 1; index >= 0; index -= 1) this.#sink(index);
  }

  #keep(stays: (id: string, deadlineMs: number) => boolean): void {
    const deadlines = this.#deadlines;
    const ids = this.#ids;
    let kept = 0;
    for (let index = 0; index < ids.length; index += 1) {
      if (!stays(ids[index]!, deadlines[index]!)) continue;
      deadlines[kept] = deadlines[index]!;
      ids[kept] = ids[index]!;
      kept += 1;
    }
    deadlines.length = kept;
    ids.length = kept;
  }

  #pop(): void {
    const deadlineMs = this.#deadlines.pop()!;
    const id = this.#ids.pop()!;
    if (this.#ids.length === 0) return;
    this.#deadlines[0] = deadlineMs;
    this.#ids[0] = id;
    this.#sink(0);
  }

  #climb(start: number): void {
    const deadlines = this.#deadlines;
    const ids = this.#ids;
    const deadlineMs = deadlines[start]!;
    const id = ids[start]!;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = deadlines[parent]!;
      if (above < deadlineMs || (above === deadlineMs && ids[parent]! <= id)) break;
      deadlines[at] = deadlines[parent]!;
      ids[at] = ids[parent]!;
      at = parent;
    }
    deadlines[at] = deadlineMs;
    ids[at] = id;
  }

  #isFirst(one: number, other: number): boolean {
    const [a, b] = [this.#deadlines[one]!, this.#deadlines[other]!];
    return a < b || (a === b && this.#ids[one]! < this.#ids[other]!);
  }

  #sink(start: number): void {
    const deadlines = this.#deadlines;
    const ids = this.#ids;
    const size = ids.length;
    const deadlineMs = deadlines[start]!;
    const id = ids[start]!;
    let at = start;
    while (true) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isFirst(child + 1, child)) child += 1;
      const below = deadlines[child]!;
      if (below > deadlineMs || (below === deadlineMs && ids[child]! >= id)) break;
      deadlines[at] = deadlines[child]!;
      ids[at] = ids[child]!;
      at = child;
    }
    deadlines[at] = deadlineMs;
    ids[at] = id;
  }
}
