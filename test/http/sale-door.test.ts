// The door itself: guards are asked in their order, at once as far as they answer at once, and whatever one of them
// throws is answered, not left to end the process.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attempt, type Guard, passDoor } from '../../src/http/door/sale-door.ts';
import type { Answering } from '../../src/http/exchange.ts';

/** What came of an attempt: whether it went on, and what was sent. */
function tried(guards: Guard[]) {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const seen = { wentOn: false, left: 0, sent: undefined as unknown };
  const reply = {
    send(sent: unknown) {
      seen.sent = sent;
      end();
    },
  } as unknown as Answering;
  const attempt = { leave: () => (seen.left += 1) } as unknown as Attempt;
  const goOn = () => {
    seen.wentOn = true;
    end();
  };
  passDoor(guards, attempt, reply, { goOn, refused: () => {} });
  return { seen, ended };
}

const passes: Guard = () => undefined;
const passesLater: Guard = async () => undefined;
const fault = new Error('a guard is at fault');
const throws: Guard = () => {
  throw fault;
};

test('guards that answer at once let an attempt go on at once', async () => {
  assert.equal(tried([passes, passes]).seen.wentOn, true);
  const { seen, ended } = tried([passes, passesLater, passes]);
  assert.equal(seen.wentOn, false);
  await ended;
  assert.equal(seen.wentOn, true);
});

test('a guard that throws behind one that takes its time is answered, and the attempt leaves', async () => {
  const { seen, ended } = tried([passesLater, throws, passes]);
  await ended;
  assert.deepEqual(seen, { wentOn: false, left: 1, sent: fault });
});
