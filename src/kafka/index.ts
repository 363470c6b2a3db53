// What the package gives as `holdfast/kafka`: a consumer group for the events of a shop, and an order
// consumer with a store of its own.

export {
  EventGroup,
  type EventGroupOptions,
  type GroupState,
  type GroupStatus,
} from './event-group.ts';
export { OrderBook, type OrderBookOptions, type StockNow } from './order-book/order-book.ts';
export type { PoolNow } from './order-book/stock-rows.ts';
export { type PoolChange, readEvent, type ShopEvent } from './shop-event.ts';
export type { RefusedEvent, TakeEvents, Taken } from './taking.ts';
