// What the package gives to those who use it as a library.

export type { Answered, Decided, Engine, Entry, Outcome, Transaction } from './engines/contract.ts';
export { MemoryEngine } from './engines/memory.ts';
export { openEngine } from './engines/open.ts';
export { HoldfastError } from './errors.ts';
export type * from './kernel/commands.ts';
export { REFUSALS, type RefusalCode, type Refused } from './kernel/refusals.ts';
export type { Reservation, ReservationLine, ReservationState } from './kernel/reservation.ts';
export type { OrderPolicy } from './orders/order-policies.ts';
export type { Order } from './orders/order-view.ts';
export type { Pool } from './stock/pool-view.ts';
export { type Answer, type CallOptions, Stock, type StockOptions } from './stock.ts';
export { openUses, type Uses, type UsesOptions } from './uses/open-uses.ts';
