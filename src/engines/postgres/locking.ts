// The strategies by which a batch is kept apart from others, by name. All decide with the same rules,
// lock in the same order before they write, and may be mixed on one store: they differ in when they
// lock and in what must not have changed since they read.

/**
 * - `pessimistic`: locks, reads, decides, writes.
 * - `optimistic`: reads, decides, locks, and writes if nothing that it read has changed.
 * - `conditional`: the same, but balances may have changed: the write itself says between which
 *   balances the decision holds, so that buyers of a hot pool stand in no one's way while it lasts.
 */
export const LOCKINGS = ['pessimistic', 'conditional', 'optimistic'] as const;

export type Locking = (typeof LOCKINGS)[number];

export const LOCKING_DEFAULT: Locking = 'pessimistic';

export function isLocking(text: string): text is Locking {
  return (LOCKINGS as readonly string[]).includes(text);
}

/**
 * Times a batch is decided without locks before it takes them first. Waiting its turn it is decided for
 * certain, whereas one that is turned away as `contended` was refused what there may be enough of.
 */
export const LOCKLESS_ATTEMPTS_MAX = 4;
