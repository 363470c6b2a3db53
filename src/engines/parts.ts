// What an engine of one's own is built from (`holdfast/engine`): the contract, the decider, and the parts
// that the engines of this package share. examples/lines-engine is one.

export { HoldfastError } from '../errors.ts';
export { type Applied, apply } from '../kernel/apply.ts';
export { requestKey, type Snapshot } from '../kernel/overlay.ts';
export { refusalNow } from '../kernel/refusal-now.ts';
export { balancesFrom } from './balances-from.ts';
export { EngineClock, SYSTEM_TIME, type TimeSource } from './clock.ts';
export type * from './contract.ts';
export { DocumentMap, type DocumentStore } from './document-store.ts';
export { graceAfter, graceIn } from './down-time.ts';
export { Followers } from './followers.ts';
export { LiveState, type Requests } from './live-state.ts';
export { matchesQuery, pageOf } from './query.ts';
export { takeEntry } from './take-entry.ts';
