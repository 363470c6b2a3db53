// What a test expects of a call: that it was accepted, that it was refused in this way, that it was
// thrown in this way. Returns the part that is worth looking at.

import assert from 'node:assert/strict';
import {
  type Answer,
  type FailureCode,
  HoldfastClientError,
  type Refusal,
} from '../../src/client/index.ts';

export async function accepted<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call;
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value;
}

export async function refused<T>(call: Promise<Answer<T>>, code: string): Promise<Refusal> {
  const answer = await call;
  assert.ok(!answer.ok, JSON.stringify(answer));
  assert.equal(answer.code, code, JSON.stringify(answer));
  return answer;
}

export async function failed(
  call: Promise<unknown>,
  code: FailureCode,
): Promise<HoldfastClientError> {
  const error = await call.then(
    (value) => assert.fail(`answered: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof HoldfastClientError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

export async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
