// The identity of a command: its key, whose it is, and a fingerprint of what is asked.

import type { RequestIdentity } from '../engines/contract.ts';
import { checkRequestName } from '../kernel/check-command.ts';
import { commandFingerprint } from '../kernel/fingerprint.ts';
import type { Refused } from '../kernel/refusals.ts';
import type { CallOptions } from '../stock.ts';

export function identity(
  { key, principal = 'local' }: CallOptions,
  [verb, command]: readonly [string, object],
): RequestIdentity | Refused | undefined {
  if (key === undefined) return undefined;
  const wrong = checkRequestName({ principal, key });
  if (wrong !== undefined) return wrong;
  return { principal, key, hash: commandFingerprint(verb, command) };
}
