// Which 53-bit fingerprints a closed generation of requests holds: four bytes each, one cache miss a
// look-up. May say yes for a stranger (about once in 2^32), never no for a member.

export const GENERATION_SIZE_DEFAULT = 2 ** 20;
/** Entries whose requests are kept together (tests set fewer): the same in every thread and file. */
export const GENERATION_SIZE = Number(
  process.env.HOLDFAST_GENERATION_ENTRIES ?? GENERATION_SIZE_DEFAULT,
);
// Anything else would search an empty set for ever.
if (!Number.isSafeInteger(GENERATION_SIZE) || GENERATION_SIZE < 1) {
  throw new RangeError('HOLDFAST_GENERATION_ENTRIES must be a whole number from 1');
}

const SLOTS = GENERATION_SIZE * 2;

export class FingerprintSet {
  readonly slots: Uint32Array;

  constructor(slots: Uint32Array = new Uint32Array(SLOTS)) {
    this.slots = slots;
  }

  add(fingerprint: number): void {
    const mark = markOf(fingerprint);
    let at = slotOf(fingerprint);
    while (this.slots[at] !== 0 && this.slots[at] !== mark) at = (at + 1) % SLOTS;
    this.slots[at] = mark;
  }

  has(fingerprint: number): boolean {
    const mark = markOf(fingerprint);
    let at = slotOf(fingerprint);
    while (this.slots[at] !== 0) {
      if (this.slots[at] === mark) return true;
      at = (at + 1) % SLOTS;
    }
    return false;
  }
}

// The slot comes from the high bits and the mark from the low ones, so that both together tell.
function slotOf(fingerprint: number): number {
  return Math.floor(fingerprint / 2 ** 32) % SLOTS;
}

function markOf(fingerprint: number): number {
  return fingerprint >>> 0 || 1;
}

/** The generation that an entry's request belongs to. */
export function generationOf(position: number): number {
  return Math.floor((position - 1) / GENERATION_SIZE);
}

export const BUCKETS = 4_096;

export function bucketOf(fingerprint: number): number {
  return fingerprint % BUCKETS;
}
