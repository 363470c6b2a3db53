// Faults of the script that random batches must find, or a batch that is named where those rarely come to it:
// edits of its own source, each a text that stands there exactly once and what stands in its place in a copy.

import type { Fault } from '../../history/faults.ts';
import type { Step } from './drawn-transactions.ts';

const file = (part: string) => `src/engines/redis/lua/${part}.lua`;

export interface ScriptFault extends Fault {
  /** What finds it; random batches where nothing is said. */
  steps?: readonly Step[];
}

/** Nothing can be granted; the document's claim is on what was. */
const GRANTED_NOTHING: Step = {
  batch: [
    {
      moves: [{ legs: [{ from: 'a/available', to: 'a/held' }], quantity: 2, quantityMin: 0 }],
      writes: [
        {
          ...{ id: 'r1', kind: 'reservation', state: 'HELD', data: {} },
          claims: [{ move: 0, leg: 0, undo: { release: 'a' } }],
          deadline: { afterMs: 500 },
        },
      ],
      events: [{ type: 'noted', subject: 'r1' }],
    },
  ],
};

export const SCRIPT_FAULTS: readonly ScriptFault[] = [
  {
    name: 'the last unit is sold once more',
    file: file('moves'),
    before: 'local spare = balances[from] - floors[from]',
    after: 'local spare = balances[from] - floors[from] + 1',
  },
  {
    name: 'what a refused transaction moved stays',
    file: file('decide'),
    before: '    takeBack()\n',
    after: '',
  },
  {
    name: 'one of several moves is not put back',
    file: file('moves'),
    before: 'for touch = touches, 1, -1 do',
    after: 'for touch = touches, 2, -1 do',
  },
  {
    name: 'a key that the batch has twice counts twice',
    file: file('decide'),
    before: 'if kind == 2 then',
    after: 'if false then',
  },
  {
    name: 'requests are not remembered',
    file: file('commit'),
    before: "callInParts('HSET', REQUESTS, requestFields, requestFieldCount)",
    after: '',
  },
  {
    name: 'what is due is ignored',
    file: file('due'),
    before: 'if #due == DUE_LIMIT then return end',
    after: 'do return end',
  },
  {
    name: 'due a moment too late',
    file: file('due'),
    before: 'deadline <= dueMs',
    after: 'deadline < dueMs',
  },
  {
    name: 'what was settled in the batch is still named',
    file: file('due'),
    before: '(not changed or isDue(changed))',
    after: 'true',
  },
  {
    name: 'undecided claims are not seen',
    file: file('due'),
    before: 'if claimed == id then return true end',
    after: '',
  },
  {
    name: 'a document stays where it was filed before',
    file: file('commit'),
    before: "callInParts('ZREM', INDEX, gone, #gone)",
    after: '',
  },
  {
    name: 'its old deadline stays',
    file: file('commit'),
    before: "callInParts('ZREM', DEADLINES, goneDeadlines, #goneDeadlines)",
    after: '',
  },
  {
    name: 'a number is raised twice by one transaction',
    file: file('writes'),
    before: 'if ownerRaised[owner] == raises then return end',
    after: '',
  },
  {
    name: 'units that come in are not counted',
    file: file('moves'),
    before: '  inflows[to] = inflows[to] + 1\n',
    after: '',
  },
  {
    name: 'a floor that goes down gives nothing more',
    file: file('moves'),
    before: 'if floor < floors[account] then inflows[account] = inflows[account] + 1 end',
    after: '',
  },
  {
    name: 'a deadline is not kept from being too early',
    file: file('writes'),
    before: 'return math.max(capped, f[i + 3]), i + 4',
    after: 'return capped, i + 4',
  },
  {
    name: 'nothing is set aside for later moves',
    file: file('moves'),
    before: 'left = grantedMax - total - later',
    after: 'left = grantedMax - total',
  },
  {
    name: 'the least that must be granted is not asked for',
    file: file('moves'),
    before: 'if total < grantedMin then',
    after: 'if false then',
  },
  {
    name: 'a version is not compared',
    file: file('guards'),
    before: 'if version >= 0 and version ~= versions[document] then return VERSION end',
    after: '',
  },
  {
    name: 'a state is not compared',
    file: file('guards'),
    before: 'if states[on] ~= f[i + 2] then return nil, guard, STATE_IN, on end',
    after: '',
  },
  {
    name: 'a claim on a partial move is filed though nothing was granted',
    file: file('writes'),
    before: 'if quantity < 0 then return granted[-quantity] > 0 end',
    after: '',
    steps: [GRANTED_NOTHING],
  },
];
