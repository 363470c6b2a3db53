// What the suite asks and slots that decide together do not give, with the reasons (docs/adr/0018): six in all.

const JOURNAL =
  'a change over several slots has several entries in the journal, whose moves come to the same';
const NUMBERS = 'an owner in another slot than home is touched before and after it is decided';
const RELEASES = 'a pool and the one that it passes its units on to must be in one slot';
const UNDONE = 'what is refused may have raised the numbers of owners in other slots';

const ORDER =
  'what touches nothing in common may stand in the journal in another order: streams are' +
  ' recorded side by side';
const CLAIMS =
  'an undecided claim of a document in another slot is not seen: nobody but slots makes any, each in its own';

const TEXTS = ['数量不足', '🎫🪑', "O'Brien; DROP TABLE", '"quoted"', 'back\\slash', ' edges '];
const MORE_TEXTS = [
  'grüße',
  '👩‍👩‍👧',
  'line\nbreak\ttab',
  '%_*?',
  '\u2028\u202e\ufeff',
  '\u00e9',
  'e\u0301',
];
const LAST_TEXT = '\u0001\u001f\u007f';

function allOf(titles: readonly string[], reason: string): Record<string, string> {
  return Object.fromEntries(titles.map((title) => [title, reason]));
}

export const SLOTS_KNOWN: Record<string, string> = {
  ...allOf(
    [...TEXTS, ...MORE_TEXTS, LAST_TEXT].map((text) => `the text ${JSON.stringify(text)}`),
    JOURNAL,
  ),
  ...allOf(
    [
      'an entry holds all that replay needs',
      'by kind, newest first',
      'another kind',
      'a kind that there is none of',
      'by state',
      'by any of several states',
      'by buyer',
      'by reference',
      'by pool',
      'by pool, after its claims are gone',
      'by all of them',
      'by all of them, one wrong',
      'the first page',
      'the next page',
      'positions, numbers and versions go on',
    ],
    JOURNAL,
  ),
  ...allOf(['every owner that is touched gets its next number, once, floors first'], NUMBERS),
  ...allOf(
    ['one who needs named documents hears of those, and all from when all are needed'],
    ORDER,
  ),
  ...allOf(['an undecided claim is still flagged'], CLAIMS),
  ...allOf(['a refused transaction leaves nothing for the next in its batch'], UNDONE),
  ...allOf(
    [
      'what is held in a closed pool is still seen from its home',
      'a pool closed after the hold was made sends them home',
      'a pool that was opened again keeps them',
      'sent home, where someone waits in line: offered there',
      'two pools that send to each other do not hang',
      'the journal keeps the account that was found',
      'a pool closed earlier in the batch counts as closed',
      'claims by move and leg get account and quantity at the commit',
      'a home pool sees what its closed pool will send it',
      'a pool closed earlier in the batch is seen from its home',
    ],
    RELEASES,
  ),
};
