// Draws transactions with every operator of the contract, over few names, so that they meet: as plain data
// that prints and shrinks well. Knows nothing of what should come of them.

import fc from 'fast-check';
import type {
  Destination,
  DocumentWrite,
  Floor,
  Guard,
  Leg,
  Move,
  Transaction,
} from '../../../src/engines/contract.ts';

export const OWNERS = ['a', 'b', 'c', '!two!!bob'];
export const DOCUMENTS = ['r1', 'r2', 'r3', 'pool:a', 'pool:b', 'pool:c', 'note:n'];
const POOLS = ['a', 'b', 'c'];
const ACCOUNTS = [
  ...['a/available', 'a/available', 'a/held', 'a/offered', 'b/available', 'b/held', 'c/available'],
  ...['!two!!bob/used', '!two!!bob/granted'],
];

export type Step = { passMs: number } | { batch: Transaction[] };

const account = fc.constantFrom(...ACCOUNTS);
/** Mostly what others ask for. */
const undo: fc.Arbitrary<Destination> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('a/available') },
  { weight: 2, arbitrary: fc.constant({ release: 'a' }) },
  { weight: 1, arbitrary: fc.oneof(account, fc.record({ release: fc.constantFrom(...POOLS) })) },
);
const pool = fc.constantFrom(...POOLS);
const destination: fc.Arbitrary<Destination> = fc.oneof(
  { weight: 3, arbitrary: account },
  { weight: 1, arbitrary: fc.record({ release: pool }) },
);
const quantity = fc.integer({ min: 1, max: 4 });

const legs: fc.Arbitrary<Leg[]> = fc
  .array(fc.record({ from: account, to: destination }), { minLength: 1, maxLength: 2 })
  .filter((all) => {
    const sources = all.map(({ from }) => from);
    const targets = all.map(({ to }) => (typeof to === 'string' ? to : `${to.release}/available`));
    return (
      new Set(sources).size === sources.length && !sources.some((each) => targets.includes(each))
    );
  });

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ legs, quantity }),
  fc
    .record({ legs, quantity, quantityMin: fc.nat({ max: 2 }) })
    .map((each) => ({ ...each, quantityMin: Math.min(each.quantityMin, each.quantity) })),
);

const floor: fc.Arbitrary<Floor> = fc.record({
  account,
  floor: fc.constantFrom(-9, -4, -2, 0, 1),
});

const guard: fc.Arbitrary<Guard> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ owner: fc.constantFrom(...OWNERS), seq: fc.nat({ max: 5 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        document: fc.constantFrom(...DOCUMENTS),
        absent: fc.boolean(),
        version: fc.integer({ min: 1, max: 3 }),
        stateIn: fc.subarray(['NEW', 'HELD', 'DONE']),
        due: fc.boolean(),
      },
      { requiredKeys: ['document'] },
    ),
  },
  {
    // Most of those that the product states, which the script reads in a form of their own.
    weight: 2,
    arbitrary: fc.record({
      document: fc.constantFrom(...DOCUMENTS),
      stateIn: fc.constantFrom(['NEW'], ['HELD'], ['DONE']),
    }),
  },
);

const deadline = fc.oneof(
  { weight: 4, arbitrary: fc.record({ afterMs: fc.constantFrom(0, 0, 10, 20, 500) }) },
  { weight: 1, arbitrary: fc.constant({ keep: true as const }) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        afterMs: fc.constantFrom(5, 50),
        notBeforeMs: fc.constantFrom(1_795_176_000_015, 1_795_176_000_400),
        notAfterMs: fc.constantFrom(1_795_176_000_030, 1_795_176_000_300),
      },
      { requiredKeys: ['afterMs'] },
    ),
  },
);

/** Claims that name a move are made to fit when it is known how many there are. */
interface DrawnClaim {
  byMove: boolean;
  account: string;
  undo: Destination;
  quantity: number;
}

type DrawnWrite = Omit<DocumentWrite, 'kind'> & { drawn?: DrawnClaim[] };

const claim: fc.Arbitrary<DrawnClaim> = fc.record({
  byMove: fc.boolean(),
  account,
  undo,
  quantity: fc.constantFrom(0, 1, 1, 2),
});

const write: fc.Arbitrary<DrawnWrite> = fc.record(
  {
    id: fc.constantFrom('r1', 'r1', 'r2', ...DOCUMENTS),
    state: fc.constantFrom('NEW', 'HELD', 'DONE'),
    data: fc.constantFrom({}, { text: 'grüße', list: [1, null] }),
    drawn: fc.array(claim, { maxLength: 2 }),
    buyer: fc.constantFrom('ann', ''),
    reference: fc.constant('o-1'),
    owners: fc.subarray(['a', 'b']),
    releaseTo: fc.oneof(fc.constantFrom('a/offered', 'b/offered'), fc.record({ release: pool })),
    frees: fc.subarray(['a/available', 'b/available'], { minLength: 1 }),
    deadline,
    final: fc.boolean(),
    tentative: fc.boolean(),
  },
  { requiredKeys: ['id', 'state', 'data'] },
);

const transaction: fc.Arbitrary<Transaction> = fc
  .record(
    {
      request: fc.record({
        principal: fc.constantFrom('local', 'p'),
        key: fc.constantFrom('k1', 'k2', 'k3', 'k4'),
        hash: fc.constantFrom('1.1', '2.2'),
      }),
      guards: fc.array(guard, { maxLength: 1 }),
      floors: fc.array(floor, { maxLength: 2 }),
      moves: fc.array(move, { minLength: 1, maxLength: 3 }),
      grantedMin: fc.nat({ max: 4 }),
      grantedMax: fc.nat({ max: 5 }),
      writes: fc.uniqueArray(write, { maxLength: 2, selector: ({ id }) => id }),
      fresh: fc.boolean(),
      events: fc.constantFrom([], [{ type: 'noted', subject: 'r1', data: { a: 1 } }]),
    },
    { requiredKeys: ['events'] },
  )
  .map((drawn) => fitted(JSON.parse(JSON.stringify(drawn)) as Drawn));

type Drawn = Omit<Transaction, 'writes'> & { fresh?: boolean; writes?: DrawnWrite[] };

let fresh = 0;

function fitted({ fresh: isFresh, writes, moves, grantedMin, ...rest }: Drawn): Transaction {
  const made: Transaction = { ...rest };
  if (moves !== undefined) {
    made.moves = moves;
    if (grantedMin !== undefined) made.grantedMin = grantedMin;
  }
  if (writes !== undefined) {
    made.writes = writes.map((each, index) =>
      writeOf(each, isFresh === true && index === 0, moves),
    );
  }
  return made;
}

function writeOf({ drawn, ...other }: DrawnWrite, isNew: boolean, moves?: readonly Move[]) {
  const id = isNew ? `f${++fresh}` : other.id;
  const made: DocumentWrite = {
    ...other,
    id,
    kind: /^(pool|note):/.exec(id)?.[1] ?? 'reservation',
  };
  if (made.kind !== 'pool') delete made.releaseTo;
  if (drawn !== undefined) made.claims = drawn.map((one) => claimOf(one, moves));
  if (isNew) made.fresh = true;
  return made;
}

function claimOf({ byMove, account, undo, quantity }: DrawnClaim, moves: readonly Move[] = []) {
  if (!byMove || moves.length === 0) return { account, undo, quantity };
  const index = quantity % moves.length;
  return { move: index, leg: quantity % moves[index]!.legs.length, undo };
}

const filling: Transaction = {
  floors: [{ account: 'a/supply', floor: -99 }],
  moves: [{ legs: [{ from: 'a/supply', to: 'a/available' }], quantity: 5 }],
  events: [],
};

export const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 1, arbitrary: fc.record({ passMs: fc.constantFrom(1, 10, 25) }) },
      {
        weight: 5,
        arbitrary: fc.record({ batch: fc.array(transaction, { minLength: 1, maxLength: 6 }) }),
      },
    ),
    { minLength: 1, maxLength: 25 },
  )
  .map((drawn): Step[] => [{ batch: [filling] }, ...drawn]);
