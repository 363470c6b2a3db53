// What may happen to a centre and its nodes: buyers here and there, networks that lose, delay and repeat,
// nodes that die, stores that fail, time that passes. Generates; carries nothing out.

import fc from 'fast-check';
import type { Mode } from './bad-network.ts';
import { CONFIRM_STEPS, type ConfirmStep } from './losing-engine.ts';

export type Step =
  | { do: 'reserve'; at: number; quantity: number; pools: number }
  | { do: 'confirm' | 'cancel' | 'extend'; at: number; which: number }
  | { do: 'buy'; quantity: number }
  | { do: 'network'; at: number; mode: Mode }
  | { do: 'deliver' | 'answer' | 'lose' | 'repeat'; at: number; which: number }
  | { do: 'die'; at: number }
  | { do: 'store'; at: number; step: ConfirmStep; when: 'well' | 'before' | 'after' }
  | { do: 'pass'; ms: number };

/** Two nodes online, the third place is an offline till. */
const at = fc.nat({ max: 2 });
const which = fc.nat({ max: 5 });
const quantity = fc.integer({ min: 1, max: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('reserve' as const),
      at,
      quantity,
      pools: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('confirm' as const, 'confirm', 'confirm', 'cancel', 'extend'),
      at,
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('buy' as const), quantity }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('network' as const),
      at,
      mode: fc.constantFrom('open' as const, 'open', 'cut', 'deaf', 'slow', 'slow'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('deliver' as const, 'deliver', 'answer', 'answer', 'lose', 'repeat'),
      at,
      which,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('store' as const),
      at,
      step: fc.constantFrom(...CONFIRM_STEPS),
      when: fc.constantFrom('well' as const, 'before', 'after'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(50, 50, 300, 1_000, 3_000),
    }),
  },
);

export const SEQUENCES = fc.array(step, { minLength: 5, maxLength: 40 });
