// Questions for a look-up thread that cannot keep up: it has two at a time, what has waited too long
// is refused, and as soon as fewer ask, everybody is answered again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LookUps } from '../../../src/engines/sqlite/look-ups.ts';
import { Thread } from '../../../src/engines/sqlite/thread.ts';
import type { LookUpReply, LookUpRequest } from '../../../src/engines/sqlite/worker-messages.ts';
import { HoldfastError } from '../../../src/errors.ts';

/** A thread that answers when the test says so. */
class SlowThread extends Thread<LookUpRequest, LookUpReply> {
  readonly asked: number[] = [];

  constructor() {
    super('look-up-worker', {});
  }

  override start(): void {}

  override send(request: LookUpRequest | { close: true }): void {
    if ('id' in request) this.asked.push(request.id);
  }

  answerNext(): void {
    this.onReply({ id: this.asked.shift()!, answer: { documents: [], asOf: 7 } });
  }
}

const query = { kind: 'reservation', limit: 1 };
const overloaded = (error: unknown) =>
  error instanceof HoldfastError && error.code === 'overloaded';

test('a thread that falls behind is not given what nobody waits for any more', async () => {
  const thread = new SlowThread();
  let nowMs = 0;
  const lookUps = new LookUps(
    () => thread,
    () => nowMs,
  );
  const early = [1, 2, 3].map(() => lookUps.find(query));
  assert.equal(thread.asked.length, 2);
  nowMs = 1_500;
  const late = lookUps.find(query);
  nowMs = 2_001;
  thread.answerNext();
  await assert.rejects(early[2]!, overloaded);
  thread.answerNext();
  thread.answerNext();
  for (const answered of [early[0]!, early[1]!, late]) assert.equal((await answered).asOf, 7);
  assert.deepEqual(thread.asked, []);

  const next = lookUps.find(query);
  thread.answerNext();
  assert.equal((await next).asOf, 7);
});
