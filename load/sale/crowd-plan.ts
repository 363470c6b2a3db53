// When each attempt of a crowd falls due: drawn before the sale begins, from a seed, whatever the answers will be.
// Each buyer comes by themselves, the more of them the sooner after the opening, and tries again at times of their own
// until the end. Sends nothing.

import { Random } from '../../test/crash/random.ts';

export interface CrowdSize {
  buyers: number;
  /** Of each buyer, unless they have paid before. */
  attempts: number;
  seconds: number;
  /** The share of buyers who take units and do not pay. */
  neverPay: number;
  seed: number;
}

export interface CrowdPlan {
  /** In order. */
  readonly dueMs: Float64Array;
  /** Whose attempt it is. */
  readonly buyer: Uint32Array;
  readonly pays: Uint8Array;
}

export const CROWD_MAX = { buyers: 1_000_000, attempts: 100, all: 10_000_000, seconds: 3_600 };
/** Half of the sale is left when the last buyer comes for the first time. */
const COMES_UNTIL = 0.5;
/** 1 would be a steady stream of newcomers and of tries; above it they press at the opening. */
const PRESS = 1.5;

/** @throws RangeError where the crowd is larger than a run may be. */
export function planCrowd({ buyers, attempts, seconds, neverPay, seed }: CrowdSize): CrowdPlan {
  const { buyers: buyersMax, attempts: attemptsMax, all, seconds: secondsMax } = CROWD_MAX;
  const isWithin = (value: number, max: number) => value > 0 && value <= max;
  if (!isWithin(buyers, buyersMax)) throw new RangeError(`buyers: 1 to ${buyersMax}`);
  if (!isWithin(attempts, attemptsMax)) throw new RangeError(`attempts: 1 to ${attemptsMax}`);
  if (!isWithin(buyers * attempts, all)) throw new RangeError(`attempts in all: 1 to ${all}`);
  if (!isWithin(seconds, secondsMax)) throw new RangeError(`seconds: up to ${secondsMax}`);
  if (!(neverPay >= 0 && neverPay <= 1)) throw new RangeError('never-pay: 0 to 1');
  const random = new Random(seed);
  const pays = Uint8Array.from({ length: buyers }, () => (random.chance(neverPay) ? 0 : 1));
  // A microsecond and a buyer in one number, which a typed array sorts quickly.
  const packed = new Float64Array(buyers * attempts);
  const endUs = seconds * 1e6;
  for (let buyer = 0, index = 0; buyer < buyers; buyer += 1) {
    const firstUs = endUs * COMES_UNTIL * random.fraction() ** PRESS;
    for (let attempt = 0; attempt < attempts; attempt += 1, index += 1) {
      const laterUs = attempt === 0 ? 0 : (endUs - firstUs) * random.fraction() ** PRESS;
      packed[index] = Math.floor(firstUs + laterUs) * buyers + buyer;
    }
  }
  packed.sort();
  return {
    dueMs: packed.map((each) => Math.floor(each / buyers) / 1_000),
    buyer: Uint32Array.from(packed, (each) => each % buyers),
    pays,
  };
}
