// Makes sequences: small numbers, few pools and buyers, so that commands get in each other's way.
// Knows nothing of what should come of them.

import fc from 'fast-check';
import { BUYERS, LIMITS, POOLS, type Sequence, type Step, type StepLine } from './steps.ts';

// Mostly a few pools, so that lines meet; the others seldom.
const pool = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('tea', 'cup') },
  { weight: 2, arbitrary: fc.constant('sale') },
  { weight: 1, arbitrary: fc.constantFrom(...POOLS) },
);
const destination = fc.constantFrom('tea-north', 'sale', '__proto__');
/** Counted back from the latest. */
const which = fc.nat({ max: 5 });
const key = fc.nat({ max: 30 }).map((number) => `k${number}`);
const hold = fc.constantFrom(30_000, 60_000, 120_000, 120_000);
const quantity = fc.integer({ min: 1, max: 6 });

const line: fc.Arbitrary<StepLine> = fc.record({ pool, quantity });

const partialLine: fc.Arbitrary<StepLine> = fc
  .record({ pool, quantity, least: fc.constantFrom(0, 0, 1, 2, 5) })
  .map(({ pool, quantity, least }) => ({ pool, quantity, quantityMin: Math.min(least, quantity) }));

const lines = fc.array(line, { minLength: 1, maxLength: 3 });
const fewLines = fc.array(fc.record({ pool, quantity: fc.integer({ min: 1, max: 3 }) }), {
  minLength: 1,
  maxLength: 2,
});
const keepLines = fc.array(fc.record({ pool, quantity: fc.nat({ max: 3 }) }), {
  minLength: 1,
  maxLength: 3,
});

/** A step with the optional fields that came out left out where they are undefined. */
function step<T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }, optional: object) {
  return fc.record({ ...fields, ...optional }, { requiredKeys: Object.keys(fields) as never[] });
}

const optionalKey = { key };

const reserve = step(
  {
    do: fc.constant('reserve'),
    lines: fc.array(
      fc.oneof({ weight: 2, arbitrary: line }, { weight: 1, arbitrary: partialLine }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    buyer: fc.constantFrom(...BUYERS, BUYERS[0]),
    holdForMs: hold,
  },
  { key, holdCapMs: fc.constantFrom(120_000, 150_000) },
);

const anonymous = step({ do: fc.constant('reserve'), lines, holdForMs: hold }, { key });

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: reserve },
  { weight: 1, arbitrary: anonymous },
  { weight: 4, arbitrary: step({ do: fc.constant('confirm'), which }, optionalKey) },
  {
    weight: 2,
    arbitrary: step({ do: fc.constant('confirm'), which, lines: keepLines }, optionalKey),
  },
  { weight: 3, arbitrary: step({ do: fc.constant('cancel'), which }, optionalKey) },
  {
    weight: 2,
    arbitrary: step({ do: fc.constant('extend'), which, holdForMs: hold }, optionalKey),
  },
  { weight: 4, arbitrary: step({ do: fc.constant('change'), which, lines }, optionalKey) },
  {
    weight: 3,
    arbitrary: step({ do: fc.constant('return'), which, lines: fewLines }, optionalKey),
  },
  { weight: 2, arbitrary: step({ do: fc.constant('receive'), pool, quantity }, optionalKey) },
  {
    weight: 2,
    arbitrary: step(
      { do: fc.constant('adjust'), pool, quantity: fc.constantFrom(-4, -2, -1, 1, 3) },
      { key, upTo: fc.boolean() },
    ),
  },
  {
    weight: 1,
    arbitrary: step(
      {
        do: fc.constant('transfer'),
        from: fc.constantFrom('tea', 'cup'),
        to: destination,
        quantity,
      },
      optionalKey,
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      limit: fc.constantFrom(...Object.keys(LIMITS)),
      quantityMax: fc.constantFrom(1, 2, 2, 3, 4, 6, 8),
      returnsGiveBack: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('again' as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 999, 30_000, 30_000, 60_000, 90_000, 43_200_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'sweep' }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'close' }, { do: 'reopen' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'restart' }) },
) as fc.Arbitrary<Step>;

const SWITCHES: readonly Step['do'][] = [
  'confirm',
  'cancel',
  'extend',
  'change',
  'return',
  'receive',
  'adjust',
  'transfer',
  'again',
  'sweep',
  'close',
  'restart',
];

// Each sequence does without some of the steps and has little or plenty to sell, because what is rare
// among many happens often among few (swarm testing: Groce et al., ISSTA 2012).
export const sequences: fc.Arbitrary<Sequence> = fc
  .record({
    tidy: fc.boolean(),
    opening: fc.constantFrom(3, 8, 8, 40),
    off: fc.subarray([...SWITCHES]),
    limits: fc.subarray(Object.keys(LIMITS)),
    steps: fc.array(steps, { minLength: 1, maxLength: 160, size: 'max' }),
  })
  .map(({ off, limits, steps, ...rest }) => ({
    ...rest,
    steps: steps.filter((step) => {
      return step.do === 'limit' ? limits.includes(step.limit) : !off.includes(step.do);
    }),
  }));

/** What is asked of engines of this name. */
export function sequencesFor(engine: string, segments?: number): fc.Arbitrary<Sequence> {
  const all = segments === undefined ? sequences : segmented(segments);
  return engine.endsWith('-slots') ? all.map(withRisingLimits) : all;
}

/** Over several slots a buyer whose limit was lowered below what he has cannot let go and take in one change. */
function withRisingLimits(sequence: Sequence): Sequence {
  const most = new Map<string, number>();
  const steps = sequence.steps.map((step) => {
    if (step.do !== 'limit') return step;
    const quantityMax = Math.max(step.quantityMax, most.get(step.limit) ?? 0);
    most.set(step.limit, quantityMax);
    return { ...step, quantityMax };
  });
  return { ...sequence, steps };
}

/** Over pools in segments, with carts as they take them: what may be granted in part is alone, and never nothing. */
function segmented(segments: number): fc.Arbitrary<Sequence> {
  return sequences.map((sequence) => ({
    ...sequence,
    segments,
    steps: sequence.steps.map((step) =>
      step.do === 'reserve' ? { ...step, lines: wholeLines(step.lines) } : step,
    ),
  }));
}

function wholeLines(lines: readonly StepLine[]): StepLine[] {
  return lines.map(({ pool, quantity, quantityMin }) =>
    quantityMin === undefined || lines.length > 1
      ? { pool, quantity }
      : { pool, quantity, quantityMin: Math.max(1, quantityMin) },
  );
}
