// The parts of the client that are each about one use of stock, over one connection.

import type { Caller } from './caller.ts';
import { DoorCalls } from './door-calls.ts';
import { LeaseCalls } from './lease-calls.ts';
import { NoticeCalls } from './notice-calls.ts';
import { OrderCalls } from './order-calls.ts';
import { PlanCalls } from './plan-calls.ts';
import { ReturnCalls } from './return-calls.ts';
import { SaleCalls } from './sale-calls.ts';
import { VoucherCalls } from './voucher-calls.ts';
import { WaitingCalls } from './waiting-calls.ts';
import { WebhookCalls } from './webhook-calls.ts';

export class CallGroups {
  /** Who is denied all sales, who is odd. */
  readonly door: DoorCalls;
  /** Leases of shares to nodes that sell them near the buyer. */
  readonly leases: LeaseCalls;
  /** What buyers are told. */
  readonly notices: NoticeCalls;
  /** Orders and their payments. */
  readonly orders: OrderCalls;
  readonly plans: PlanCalls;
  readonly returns: ReturnCalls;
  /** Flash sales. */
  readonly sales: SaleCalls;
  /** Campaigns, their codes, and codes on orders. */
  readonly vouchers: VoucherCalls;
  /** Lines of waiting buyers. */
  readonly waiting: WaitingCalls;
  readonly webhooks: WebhookCalls;

  constructor(caller: Caller) {
    this.door = new DoorCalls(caller);
    this.leases = new LeaseCalls(caller);
    this.notices = new NoticeCalls(caller);
    this.returns = new ReturnCalls(caller);
    this.vouchers = new VoucherCalls(caller);
    this.waiting = new WaitingCalls(caller);
    this.webhooks = new WebhookCalls(caller);
    this.orders = new OrderCalls(caller);
    this.plans = new PlanCalls(caller);
    this.sales = new SaleCalls(caller);
  }
}
