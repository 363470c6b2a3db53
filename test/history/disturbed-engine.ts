// An engine that answers late, in other batches than it was asked in, and now and then loses the
// connection: before a commit reached it or after, where nobody can tell which. What it says it has
// done it has done; an engine that lies is planted elsewhere.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine, Transaction } from '../../src/engines/contract.ts';
import type { HoldfastError } from '../../src/errors.ts';
import type { Random } from '../crash/random.ts';

export interface Disturbance {
  random: Random;
  /** Of 1000 commits and reads, how many lose their connection. */
  cutsPerMille: number;
  turnsMax: number;
  /** Switched off at the end of a history. */
  on: boolean;
}

/** One in so many waits while others do several operations. */
const VERY_LATE = 0.08;

export function disturbed(
  engine: Engine,
  disturbance: Disturbance,
  Cut: typeof HoldfastError,
): Engine {
  const { random } = disturbance;
  const late = async () => {
    if (!disturbance.on) return;
    const max = random.chance(VERY_LATE) ? disturbance.turnsMax * 8 : disturbance.turnsMax;
    for (let turn = random.whole(0, max); turn > 0; turn -= 1) await nextTurn();
  };
  const cut = () => {
    if (!disturbance.on || !random.chance(disturbance.cutsPerMille / 1_000)) return;
    throw new Cut('unavailable', 'the connection was cut');
  };
  const through = async <T>(ask: () => Promise<T>): Promise<T> => {
    await late();
    cut();
    const answer = await ask();
    await late();
    cut();
    return answer;
  };
  const own: Partial<Engine> = {
    commit: (batch: readonly Transaction[]) => through(() => engine.commit(batch)),
    documents: (ids) => through(() => engine.documents(ids)),
    owners: (ids) => through(() => engine.owners(ids)),
  };
  return new Proxy(engine, {
    get(target, name: keyof Engine) {
      const found = own[name] ?? Reflect.get(target, name, target);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}
