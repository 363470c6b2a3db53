// What `holdfast/client` gives: the client, its answers and its one error. Everything that runs is in
// this folder.

export type { Accepted, Answer, Refusal } from './answer.ts';
export { HoldfastClient } from './client.ts';
export { FAILURES, type FailureCode, HoldfastClientError } from './client-error.ts';
export type { EventsOptions, LiveEvent } from './live-events.ts';
export type * from './options.ts';
export type * from './replies.ts';
export type * from './requests.ts';
export type { ClientTime } from './timer-wheel.ts';
