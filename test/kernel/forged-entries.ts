// Entries of a stream that are not what another store can have decided, one change each, and why they are
// refused: the cart of two teas and two cups that recheck.test.ts reserves, after three teas were held.

import type { Decided, Entry } from '../../src/engines/contract.ts';
import type { WhyRefused } from '../../src/kernel/revoking.ts';

/** What is changed of it, with the entries before at hand; undefined: it is taken. */
export type Forged = [
  name: string,
  forge: (entry: Decided, earlier: readonly Entry[]) => void,
  why: WhyRefused | undefined,
];

const MOST = Number.MAX_SAFE_INTEGER;

export const FORGED: readonly Forged[] = [
  ['as it is', () => {}, undefined],
  ['the last unit', soMany(2), undefined],
  ['one more than there is', soMany(3), short('tea/available', 2)],
  [
    'two lines that only together are too much',
    ({ moves }) => moves.push({ ...moves[0]!, quantity: 1 }),
    short('tea/available', 0),
  ],
  [
    'units that are taken before they come back',
    ({ moves }) => {
      const [{ from, to } = moves[0]!] = moves;
      moves.push({ from, to, quantity: 1 }, { from: to, to: from, quantity: 1 });
    },
    short('tea/available', 0),
  ],
  [
    'a floor that is raised above it',
    (entry) => {
      entry.floors = [{ account: 'tea/available', floor: 1 }];
    },
    short('tea/available', 1),
  ],
  ['a number that was had', ({ seqs }) => seqs[0]!.splice(1, 1, 3), seq('tea', 3)],
  ['a number ahead', ({ seqs }) => seqs[1]!.splice(1, 1, 4), seq('cup', 2)],
  ['an owner without a number', ({ seqs }) => seqs.pop(), malformed('seqs')],
  ['a number of nobody', ({ seqs }) => seqs.push(['milk', 1]), malformed('seqs')],
  ['a number twice', ({ seqs }) => seqs.splice(1, 1, seqs[0]!), malformed('seqs')],
  [
    'a pool whose document is written without a number',
    ({ documents }) => {
      documents[0]!.id = 'pool:milk';
    },
    malformed('seqs'),
  ],
  [
    'a second version of nothing',
    ({ documents }) => {
      documents[0]!.version = 2;
    },
    { code: 'document', document: '', found: 0 },
  ],
  [
    'a first version of what is there',
    ({ documents }, earlier) => {
      documents[0]!.id = earlier[4]!.documents[0]!.id;
    },
    { code: 'document', document: '', found: 1 },
  ],
  ['a document twice', ({ documents }) => documents.push(documents[0]!), malformed('documents')],
  [
    'a request that was answered',
    (entry, earlier) => {
      entry.request = earlier[4]!.request!;
    },
    { code: 'request-reused' },
  ],
  [
    'a time that has passed for its pool',
    (entry, earlier) => at(entry, earlier[4]!.atMs - 1),
    { code: 'time', foundMs: 0 },
  ],
  [
    'a document of another time',
    ({ documents }) => {
      documents[0]!.updatedAtMs += 1;
    },
    malformed('updatedAtMs'),
  ],
  ['half a unit', soMany(0.5), malformed('quantity')],
  ['no unit', soMany(0), malformed('quantity')],
  ['a unit less than none', soMany(-1), malformed('quantity')],
  ['no time', (entry) => at(entry, Number.NaN), malformed('atMs')],
  [
    'more than can be counted',
    (entry) => {
      const supply = { account: 'tea/supply', floor: -MOST };
      entry.floors = [supply];
      entry.moves.unshift({ from: 'tea/supply', to: 'tea/available', quantity: MOST });
    },
    { code: 'balance-range', account: 'tea/supply' },
  ],
  [
    'an account without an owner',
    ({ moves }) => {
      moves[0]!.to = 'tea';
    },
    malformed('moves'),
  ],
  [
    'a text that nobody can keep',
    ({ documents }) => {
      documents[0]!.id += '\0';
    },
    malformed('document'),
  ],
];

function soMany(quantity: number) {
  return (entry: Decided) => {
    entry.moves[0]!.quantity = quantity;
  };
}

export function short(account: string, available: number): WhyRefused {
  return { code: 'insufficient', account, available };
}

function seq(owner: string, found: number): WhyRefused {
  return { code: 'seq', owner, found };
}

function malformed(what: string): WhyRefused {
  return { code: 'malformed', what };
}

function at(entry: Decided, ms: number): void {
  entry.atMs = ms;
  for (const document of entry.documents) {
    document.updatedAtMs = ms;
    document.createdAtMs = ms;
  }
}
