// In which part an owner's rows stand: a pool's where its id says so, everybody else's at home. Pure.

import type { NamedPart } from './part-address.ts';

/** The name of the part; undefined for home. */
export type PartOfOwner = (owner: string) => string | undefined;

export function partOfOwner(parts: readonly Pick<NamedPart, 'name' | 'prefix'>[]): PartOfOwner {
  // A limit's owners begin with "!", which no pool's id does, and no prefix.
  return (owner) => parts.find(({ prefix }) => owner.startsWith(prefix))?.name;
}
