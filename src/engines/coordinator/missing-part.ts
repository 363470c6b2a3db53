// What is said to a server that was not told of a part. It would take the pools that live there for pools
// that do not exist, and make them anew.

import { HoldfastError } from '../../errors.ts';

/** Of the parts that a store has, what speaks against a server that does not know one. */
export function lackedPart(
  parts: Readonly<Record<string, string>>,
  coordination: { knows(name: string): boolean } | undefined,
): HoldfastError | undefined {
  const lacked = Object.keys(parts).find((name) => coordination?.knows(name) !== true);
  return lacked === undefined ? undefined : missingPart(lacked);
}

export function missingPart(name: string): HoldfastError {
  const what = `pools of this store live in the part ${name}`;
  return new HoldfastError(
    'unavailable',
    `${what}; name its database: --part ${name}=postgres://...`,
  );
}
