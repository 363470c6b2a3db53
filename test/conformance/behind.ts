// An engine as a store is that several servers share: outcomes without positions, some of them later
// than their neighbours', and a journal that tells of a commit only a few turns after its answer.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { withoutPosition } from '../../src/engines/conformance/outcomes.ts';
import type { Engine, Outcome } from '../../src/engines/contract.ts';
import { Followers } from '../../src/engines/followers.ts';

/** Longer than a read and an answer take. */
const TURNS = 5;

async function later(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}

async function late(outcome: Outcome): Promise<Outcome> {
  await later();
  return outcome;
}

export function behind(engine: Engine): Engine {
  const followers = new Followers();
  let nextDeadlineMs: number | undefined;
  engine.follow(async (entries) => {
    const nextMs = engine.nextDeadlineMs();
    await later();
    nextDeadlineMs = nextMs;
    followers.tell(entries);
  });
  const isBehind = () => followers.told < engine.health().position;
  const own: Partial<Engine> = {
    commit: async (batch) => {
      const outcomes = (await Promise.all(await engine.commit(batch))).map(withoutPosition);
      return outcomes.map((outcome, index) => (index % 2 === 1 ? late(outcome) : outcome));
    },
    entries: async (options) =>
      (await engine.entries(options)).filter(({ position }) => position <= followers.told),
    follow: (listener) => followers.add(listener),
    health: () => ({ ...engine.health(), position: followers.told }),
    nextDeadlineMs: () => nextDeadlineMs,
    pools: async (options) => (isBehind() ? [] : engine.pools(options)),
    find: async (query) =>
      isBehind() ? { documents: [], asOf: followers.told } : engine.find(query),
    balancesAt: async (...asked) => (isBehind() ? undefined : engine.balancesAt(...asked)),
  };
  const leftOut: (keyof Engine)[] = ['refusalNow', 'peek'];
  return new Proxy(engine, {
    get(target, name: keyof Engine) {
      if (leftOut.includes(name)) return undefined;
      const found = own[name] ?? Reflect.get(target, name, target);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}
