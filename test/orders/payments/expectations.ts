// What a test expects of a call to a payment provider that fails.

import assert from 'node:assert/strict';
import { ProviderError, type ProviderFailure } from '../../../src/orders/payments/provider.ts';

/** The reason of a failure of this kind. */
export async function failed(call: Promise<unknown>, kind: ProviderFailure): Promise<string> {
  const error = await call.then(
    (value) => assert.fail(`it did not fail: ${JSON.stringify(value)}`),
    (thrown) => thrown,
  );
  assert.ok(error instanceof ProviderError, String(error));
  assert.equal(error.kind, kind, error.message);
  return error.reason;
}

export const refused = (call: Promise<unknown>) => failed(call, 'refused');
