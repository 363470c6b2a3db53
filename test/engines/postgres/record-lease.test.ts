// The lease of the store that decides: only who knows how far its stream is recorded extends it, and no
// other life of that store begins before it has ended by the database's clock.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Client } from 'pg';
import { postgresMissing } from '../../support/postgres.ts';
import { RecordedStream } from './recorded-stream.ts';

const HOUR_MS = 3_600_000;
const streams: RecordedStream[] = [];

async function openStream(): Promise<RecordedStream> {
  const stream = await RecordedStream.open({ epoch: false });
  streams.push(stream);
  await stream.shop.fill({ tea: 10 });
  return stream;
}

/** Ends a lease, as time does. */
async function passLease({ schema }: RecordedStream): Promise<void> {
  const client = new Client({ connectionString: schema.address.replace(/\?.*/, '') });
  await client.connect();
  await client.query(`UPDATE ${schema.schema}.record SET lease_until_ms = 1`);
  await client.end();
}

describe('the lease of a store that decides', { skip: postgresMissing() ?? false }, () => {
  after(async () => {
    for (const stream of streams) await stream.close();
  });

  it('begins with its epoch, and is read back', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    const before = await recorder.look();
    assert.deepEqual(before, { epoch: 0, number: 0, leaseUntilMs: 0, nowMs: before.nowMs });
    assert.ok(Math.abs(before.nowMs - Date.now()) < HOUR_MS);
    const untilMs = before.nowMs + HOUR_MS;
    const opened = await recorder.openEpoch({ after: 0, runId: 'a life', untilMs });
    assert.ok(opened.ok);
    const { nowMs, ...state } = await (await stream.recorder()).look();
    assert.deepEqual(state, { epoch: 1, number: 0, runId: 'a life', leaseUntilMs: untilMs });
    assert.ok(nowMs >= before.nowMs);
  });

  it('is extended, and never shortened, by who is not behind', async () => {
    const stream = await openStream();
    const [one, other] = [await stream.recorder(), await stream.recorder()];
    await stream.nextEpoch(one);
    await other.look();
    const untilMs = (await one.look()).nowMs + HOUR_MS;
    const extended = await one.extendLease({ epoch: 1, untilMs });
    assert.ok(extended.ok);
    assert.equal(extended.state.leaseUntilMs, untilMs);
    const shorter = await one.extendLease({ epoch: 1, untilMs: untilMs - 1 });
    assert.equal(shorter.ok && shorter.state.leaseUntilMs, untilMs);
    await one.recordBatches([await stream.next()]);
    const behind = await other.extendLease({ epoch: 1, untilMs: untilMs + 1 });
    assert.equal(behind.ok ? 'ok' : behind.code, 'overtaken');
    const wrong = await one.extendLease({ epoch: 2, untilMs: untilMs + 1 });
    assert.equal(wrong.ok ? 'ok' : wrong.code, 'epoch');
    assert.equal((await one.look()).leaseUntilMs, untilMs);
    await other.look();
    assert.ok((await other.extendLease({ epoch: 1, untilMs: untilMs + 1 })).ok);
  });

  it('keeps another life from beginning until it has ended', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    const { nowMs } = await recorder.look();
    await stream.nextEpoch(recorder, nowMs + HOUR_MS);
    const next = { after: 1, untilMs: nowMs + 2 * HOUR_MS };
    const early = await recorder.openEpoch(next);
    assert.equal(early.ok ? 'ok' : early.code, 'leased');
    assert.equal(early.state.leaseUntilMs, nowMs + HOUR_MS);
    await passLease(stream);
    assert.ok((await recorder.openEpoch(next)).ok);
  });

  it('of two that open the same epoch one does, and batches of the one before are refused', async () => {
    const stream = await openStream();
    const [one, other, third] = await Promise.all([1, 2, 3].map(() => stream.recorder()));
    await stream.nextEpoch(one!);
    const [first, late] = [await stream.next(), await stream.next()];
    await one!.recordBatches([first]);
    const next = { after: 1, untilMs: 1 };
    const answers = await Promise.all([other!.openEpoch(next), third!.openEpoch(next)]);
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.code));
    assert.deepEqual(codes.sort(), ['ok', 'overtaken']);
    const refused = await one!.recordBatches([late]);
    assert.equal(refused.ok ? 'ok' : refused.code, 'epoch');
    assert.equal((await one!.look()).epoch, 2);
    const repeated = await one!.recordBatches([first]);
    assert.equal(repeated.ok ? 'ok' : repeated.code, 'epoch');
    await stream.hold();
    const fresh = { epoch: 2, number: 1, decided: await stream.decided() };
    assert.ok((await one!.recordBatches([fresh])).ok);
    assert.deepEqual(await stream.balances(), { available: 9, held: 1, problems: [] });
  });

  it('a stream that has no epoch takes nothing', async () => {
    const stream = await openStream();
    const recorder = await stream.recorder();
    const batch = { epoch: 1, number: 1, decided: await stream.decided() };
    const answer = await recorder.recordBatches([batch]);
    assert.equal(answer.ok ? 'ok' : answer.code, 'epoch');
    const wrong = await recorder.openEpoch({ after: 3, untilMs: 1 });
    assert.equal(wrong.ok ? 'ok' : wrong.code, 'overtaken');
  });
});
