// What is said to a server that was not told of a part. It would take the pools that live there for pools
// that do not exist, and make them anew.

import { HoldfastError } from '../../errors.ts';

export function missingPart(name: string): HoldfastError {
  const what = `pools of this store live in the part ${name}`;
  return new HoldfastError(
    'unavailable',
    `${what}; name its database: --part ${name}=postgres://...`,
  );
}
