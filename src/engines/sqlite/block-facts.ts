// What is known of the documents in each block of a segment: which states occur, how many of each
// kind live, and between which moments those fall due. A search skips the blocks in which no answer
// can be. May say too much, never too little.

import type { DocumentQuery } from '../contract.ts';

/** Fields of a block, each a float64. */
const FINAL_STATES = 0;
const LIVE_STATES = 1;
const DUE_MIN = 2;
const DUE_MAX = 3;
/** How often a document came to live there or had another deadline. */
const JOINED = 4;
const LIVE = 5;
/** Live documents are counted apart for so many kinds; the last count is that of all further ones. */
const KINDS = 3;
const FIELDS = LIVE + KINDS;
/** Blocks that are stored together. */
const PART_BLOCKS = 64;
/** States with a bit of their own; the last bit is that of all further ones. */
const STATES = 32;

/** A state of a kind: which count of living documents is its own, and which bit. */
export interface StateNumber {
  kind: number;
  bit: number;
}

/** The numbers of kinds and of their states; they stand in the tables' `meta`. */
export class StateNumbers {
  readonly #kinds = new Map<string, Map<string, StateNumber>>();
  readonly #names: [kind: string, state: string][] = [];
  /** Whether there are more than were stored. */
  grown = false;

  constructor(stored: string | undefined) {
    for (const [kind, state] of JSON.parse(stored ?? '[]')) this.of(kind, state);
    this.grown = false;
  }

  /** For storing. */
  get text(): string {
    return JSON.stringify(this.#names);
  }

  /** Takes in what is new. */
  of(kind: string, state: string): StateNumber {
    return this.#kinds.get(kind)?.get(state) ?? this.#add(kind, state);
  }

  #add(kind: string, state: string): StateNumber {
    const states = this.#kinds.get(kind) ?? new Map<string, StateNumber>();
    this.#kinds.set(kind, states);
    const kindNumber = Math.min([...this.#kinds.keys()].indexOf(kind), KINDS - 1);
    const bit = 1 << Math.min(this.#names.push([kind, state]) - 1, STATES - 1);
    const number = { kind: kindNumber, bit };
    states.set(state, number);
    this.grown = true;
    return number;
  }
}

export function partOf(block: number): number {
  return Math.floor(block / PART_BLOCKS);
}

export class BlockFacts {
  #fields: Float64Array;
  count: number;

  /** From its parts, in their order. */
  constructor(parts: readonly Uint8Array[]) {
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#fields = new Float64Array(bytes.buffer);
    this.count = this.#fields.length / FIELDS;
  }

  /** What is stored of so many blocks together: those that change at once stand side by side. */
  part(part: number): Uint8Array {
    const from = part * PART_BLOCKS;
    const count = Math.min(PART_BLOCKS, this.count - from);
    return new Uint8Array(this.#fields.buffer, from * FIELDS * 8, count * FIELDS * 8);
  }

  /** Adds a block with nothing in it. */
  add(): void {
    if ((this.count + 1) * FIELDS > this.#fields.length) {
      const more = new Float64Array(Math.max(16, this.count * 2) * FIELDS);
      more.set(this.#fields);
      this.#fields = more;
    }
    this.#nobodyLives(this.count * FIELDS);
    this.count += 1;
  }

  /** A document lives in the block, as one that did not before or with a new version. */
  lives(
    block: number,
    { kind, bit }: StateNumber,
    { due, isNew }: { due: number | null; isNew: boolean },
  ): void {
    const fields = this.#fields;
    const at = block * FIELDS;
    if (isNew) fields[at + LIVE + kind]! += 1;
    fields[at + JOINED]! += 1;
    fields[at + LIVE_STATES]! |= bit;
    if (due === null) fields[at + DUE_MAX] = Number.POSITIVE_INFINITY;
    else {
      if (due < fields[at + DUE_MIN]!) fields[at + DUE_MIN] = due;
      if (due > fields[at + DUE_MAX]!) fields[at + DUE_MAX] = due;
    }
  }

  /** A document of the block is final. */
  isFinal(block: number, { kind, bit }: StateNumber, lived: boolean): void {
    const fields = this.#fields;
    const at = block * FIELDS;
    fields[at + FINAL_STATES]! |= bit;
    if (!lived) return;
    fields[at + LIVE + kind]! -= 1;
    for (let each = 0; each < KINDS; each += 1) if (fields[at + LIVE + each]! > 0) return;
    this.#nobodyLives(at);
  }

  /** Whether documents that are in one of the states, by what is stored, may be in the block. */
  mayBeIn(block: number, { kind, states, due }: AskedStates): boolean {
    const fields = this.#fields;
    const at = block * FIELDS;
    if ((fields[at + FINAL_STATES]! & states) !== 0) return true;
    if (fields[at + LIVE + kind]! === 0 || (fields[at + LIVE_STATES]! & states) === 0) return false;
    return due === undefined || fields[at + DUE_MAX]! > due.dueMs;
  }

  /** Whether documents that are due may be in the block, where the query asks for them. */
  mayBeDue(block: number, { kind, due }: AskedStates): boolean {
    if (due?.asked !== true) return false;
    const fields = this.#fields;
    const at = block * FIELDS;
    return fields[at + LIVE + kind]! > 0 && fields[at + DUE_MIN]! <= due.dueMs;
  }

  /** Changes whenever the deadlines of those that live in the block change. */
  livingSince(block: number): string {
    const at = block * FIELDS;
    return this.#fields.subarray(at + JOINED, at + FIELDS).join();
  }

  #nobodyLives(at: number): void {
    this.#fields[at + LIVE_STATES] = 0;
    this.#fields[at + DUE_MIN] = Number.POSITIVE_INFINITY;
    this.#fields[at + DUE_MAX] = Number.NEGATIVE_INFINITY;
  }
}

/** The states that a query asks for, in numbers. */
export interface AskedStates {
  kind: number;
  states: number;
  /** Whether what is due counts as being in one of them. */
  due: { dueMs: number; asked: boolean } | undefined;
}

/** Undefined: documents in any state answer. */
export function askedStates(query: DocumentQuery, numbers: StateNumbers): AskedStates | undefined {
  const { kind, states, due } = query;
  if (states === undefined) return undefined;
  const asked = states.map((state) => numbers.of(kind, state));
  return {
    kind: asked[0]?.kind ?? 0,
    states: asked.reduce((bits, { bit }) => bits | bit, 0),
    due: due && { dueMs: due.dueMs, asked: states.includes(due.state) },
  };
}
