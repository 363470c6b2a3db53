// A stream is recorded once, in its order, by one recorder at a time; what does not hold is refused entry by
// entry, revoked in the journal, and does not keep the rest from being recorded.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { RecordAnswer, Recorder } from '../../../src/engines/postgres/recorder.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { accepted } from '../../support/shop.ts';
import { RecordedStream } from './recorded-stream.ts';

const streams: RecordedStream[] = [];

async function openStream(units = 10): Promise<RecordedStream> {
  const stream = await RecordedStream.open();
  streams.push(stream);
  await stream.shop.fill({ tea: units, cup: units });
  return stream;
}

function taken(answer: RecordAnswer) {
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer;
}

function codeOf(answer: RecordAnswer): string {
  return answer.ok ? 'ok' : answer.code;
}

after(async () => {
  for (const stream of streams) await stream.close();
});

describe('a recorder', { skip: postgresMissing() ?? false }, () => {
  it('takes each batch once, whoever brings it again', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    await stream.hold(2, 'once');
    const first = await stream.next();
    assert.deepEqual(await recorder.recordBatches([first]), {
      ...{ ok: true, epoch: 1, number: 1, skipped: 0, refused: [] },
    });
    await stream.hold(3);
    const second = await stream.next();
    const both = taken(await recorder.recordBatches([first, second, first]));
    assert.deepEqual([both.number, both.skipped], [2, 2]);
    const later = await stream.recorder();
    assert.equal(taken(await later.recordBatches([first, second])).skipped, 2);
    assert.deepEqual(await stream.balances(), { available: 5, held: 5, problems: [] });
    const [answered] = await recorder.firstAnswers([{ principal: 'local', key: 'once' }]);
    assert.deepEqual(answered, first.decided.at(-1));
  });

  it('refuses a batch when one before it is missing, and those of another epoch', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    const first = await stream.next();
    await stream.hold();
    const second = await stream.next();
    assert.equal(codeOf(await recorder.recordBatches([second])), 'gap');
    const third = { ...second, number: 3 };
    assert.equal(codeOf(await recorder.recordBatches([first, third])), 'gap');
    assert.equal(codeOf(await recorder.recordBatches([{ ...first, epoch: 2 }])), 'epoch');
    assert.deepEqual(await stream.balances(), { available: 0, held: 0, problems: [] });
    assert.equal(taken(await recorder.recordBatches([first, second])).number, 2);
  });

  it('carries out calls in their order, those too that do not wait for each other', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    const batches = [];
    for (let count = 0; count < 5; count += 1) {
      batches.push(await stream.next());
      await stream.hold();
    }
    const answers = await Promise.all(batches.map((batch) => recorder.recordBatches([batch])));
    assert.deepEqual(
      answers.map((answer) => taken(answer).number),
      [1, 2, 3, 4, 5],
    );
    assert.deepEqual(await stream.balances(), { available: 6, held: 4, problems: [] });
  });

  it('of two at once one advances; the other is refused, and goes on once it has looked', async () => {
    const stream = await openStream();
    const [one, other] = [await stream.recorder(), await stream.recorder()];
    const first = await stream.next();
    const answers = await Promise.all([one.recordBatches([first]), other.recordBatches([first])]);
    assert.deepEqual(answers.map(codeOf).sort(), ['ok', 'overtaken']);
    const behind = answers[0]!.ok ? other : one;
    await stream.hold();
    const second = await stream.next();
    assert.equal(codeOf(await behind.recordBatches([first, second])), 'overtaken');
    assert.equal((await behind.look()).number, 1);
    const caughtUp = taken(await behind.recordBatches([first, second]));
    assert.deepEqual([caughtUp.number, caughtUp.skipped], [2, 1]);
    assert.deepEqual(await stream.balances(), { available: 9, held: 1, problems: [] });
  });

  it('takes a floor that was raised above what stood there, and what came back after', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    const [used, granted] = ['!limit!!ann/used', '!limit!!ann/granted'];
    const going = { legs: [{ from: used, to: granted }], quantity: 6 };
    const back = { legs: [{ from: granted, to: used }], quantity: 1 };
    const outcomes = await stream.shop.engine.commit([
      { floors: [{ account: used, floor: -8 }], moves: [going], events: [] },
      { floors: [{ account: used, floor: -3 }], moves: [back], events: [] },
    ]);
    assert.equal(outcomes.length, 2);
    assert.deepEqual(taken(await recorder.recordBatches([await stream.next()])).refused, []);
    const [owner] = await stream.read((engine) => engine.owners(['!limit!!ann']));
    assert.deepEqual(owner!.accounts.used, { balance: -5, floor: -3, inflow: 2 });
  });

  it('keeps streams of one store apart', async () => {
    const stream = await openStream();
    const [main, side] = (await stream.recorders('main', 'side')) as [Recorder, Recorder];
    await assert.rejects(stream.recorder({ stream: 'side' }), /other streams, main among them/);
    const first = await stream.next();
    assert.equal(codeOf(await side.recordBatches([first])), 'epoch');
    assert.ok((await side.openEpoch({ after: 0, untilMs: 1 })).ok);
    const events = [{ type: 'store.tested', subject: 'store' }];
    const plain = { granted: [], moves: [], documents: [], seqs: [], events };
    const decided = [{ ...plain, atMs: stream.shop.time.wallMs() }];
    assert.equal(taken(await side.recordBatches([{ epoch: 1, number: 1, decided }])).number, 1);
    assert.equal(taken(await main.recordBatches([first])).number, 1);
    assert.equal((await side.look()).number, 1);
  });
});

describe('an entry that does not hold', { skip: postgresMissing() ?? false }, () => {
  it('is not recorded; its neighbours are, and the journal says so', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    accepted(await stream.shop.stock.receive({ pool: 'tea', quantity: 1 }));
    const forged = await stream.next();
    forged.decided.at(-1)!.moves[0]!.quantity = 0.5;
    await stream.hold(2);
    const reserve = { lines: [{ pool: 'cup', quantity: 4 }], holdForMs: 60_000 };
    accepted(await stream.shop.stock.reserve(reserve));
    const next = await stream.next();
    const { refused } = taken(await recorder.recordBatches([forged, next]));
    const names = refused.map(({ number, index, why }) => [number, index, why.code]);
    // Filling made four entries; the two pools go their own ways.
    assert.deepEqual(names, [
      [1, 4, 'malformed'],
      [2, 0, 'seq'],
    ]);
    const root = { epoch: 1, number: 1, index: 4 };
    assert.deepEqual(refused[1]!.why, { code: 'seq', owner: 'tea', found: 2, after: root });
    assert.deepEqual(await stream.balances('tea'), { available: 10, held: 0, problems: [] });
    assert.deepEqual(await stream.balances('cup'), { available: 6, held: 4, problems: [] });
    const journal = await stream.read((engine) => engine.entries({ after: 0, limit: 99 }));
    const revoked = journal.flatMap(({ events }) =>
      events.filter(({ type }) => type === 'decision.revoked'),
    );
    assert.deepEqual(
      revoked.map(({ subject }) => subject),
      ['tea', next.decided[0]!.documents[0]!.id],
    );
    assert.deepEqual(revoked[0], refused[0]!.revoking.events[0]);
    // Nobody remembers what was revoked, and it is not said twice.
    assert.equal(taken(await recorder.recordBatches([forged, next])).skipped, 2);
    const again = await stream.read((engine) => engine.entries({ after: 0, limit: 99 }));
    assert.equal(again.length, journal.length);
  });

  it('is refused for what stands there, not for what the recorder remembers', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    await recorder.recordBatches([await stream.next()]);
    // The recorder knows the pool by now. Another one records what it does not hear of.
    const other = await stream.recorder();
    await stream.hold(3);
    await other.recordBatches([await stream.next()]);
    await stream.hold(2);
    await recorder.look();
    const answer = taken(await recorder.recordBatches([await stream.next()]));
    assert.deepEqual(answer.refused, []);
    assert.deepEqual(await stream.balances(), { available: 5, held: 5, problems: [] });
  });

  for (const what of ['request', 'document'] as const) {
    it(`says that its ${what} is new, and is found out`, async () => {
      const stream = await openStream();
      const recorder = await stream.recorder();
      const id = await stream.hold(1, 'first');
      await recorder.recordBatches([await stream.next()]);
      await stream.hold(2, 'second');
      const forged = await stream.next();
      const [entry] = forged.decided;
      if (what === 'document') entry!.documents[0]!.id = id;
      else entry!.request!.key = 'first';
      const { refused } = taken(await recorder.recordBatches([forged]));
      const codes = refused.map(({ why }) => why.code);
      assert.deepEqual(codes, [what === 'document' ? 'document' : 'request-reused']);
      assert.deepEqual(await stream.balances(), { available: 9, held: 1, problems: [] });
    });
  }

  it('whose text cannot be kept stands alone', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    await recorder.recordBatches([await stream.next()]);
    for (let count = 0; count < 4; count += 1) {
      await stream.hold();
      accepted(await stream.shop.stock.receive({ pool: 'cup', quantity: 1 }));
    }
    const next = await stream.next();
    const [one, , , other] = next.decided.filter(({ documents }) => documents.length > 0);
    one!.documents[0]!.data.note = 'a backslash, \\u0000, is a text';
    other!.documents[0]!.data.note = 'this is none: \0';
    const { refused } = taken(await recorder.recordBatches([next]));
    assert.deepEqual(
      refused.map(({ index, why }) => [index, why]),
      [[6, { code: 'malformed', what: 'text' }]],
    );
    assert.deepEqual(await stream.balances(), { available: 7, held: 3, problems: [] });
  });

  it('lets its pool go on when the deciding store has been set to what is recorded', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    await recorder.recordBatches([await stream.next()]);
    const lost = await stream.hold(4);
    const forged = await stream.next();
    forged.decided[0]!.documents[0]!.version = 7;
    assert.equal(taken(await recorder.recordBatches([forged])).refused.length, 1);
    // As if it had never been: what was decided next is numbered as the record is.
    accepted(await stream.shop.stock.cancel({ reservation: lost }));
    await stream.decided();
    await stream.hold(5);
    const next = await stream.next();
    const [{ seqs, moves } = next.decided[0]!] = next.decided;
    seqs[0]![1] -= 2;
    assert.deepEqual(moves, [{ from: 'tea/available', to: 'tea/held', quantity: 5 }]);
    assert.deepEqual(taken(await recorder.recordBatches([next])).refused, []);
    assert.deepEqual(await stream.balances(), { available: 5, held: 5, problems: [] });
    // What is wrong with it later has nothing to do with what was lost.
    await stream.hold();
    const { refused } = taken(await recorder.recordBatches([await stream.next()]));
    assert.deepEqual(refused[0]!.why, { code: 'seq', owner: 'tea', found: 3 });
  });
});
