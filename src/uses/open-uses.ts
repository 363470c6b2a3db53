// Opens what is built on the stock, in the order in which one needs the other, and closes it again. The
// stock stays its owner's.

import { OrderPolicies } from '../orders/order-policies.ts';
import { Orders } from '../orders/orders.ts';
import { Payments } from '../orders/payments/payments.ts';
import type { PaymentProvider } from '../orders/payments/provider.ts';
import { Plans } from '../orders/plans.ts';
import { Returns } from '../orders/returns.ts';
import { SaleDirectory } from '../orders/sale-directory.ts';
import { Vouchers } from '../orders/vouchers.ts';
import type { Sender } from '../senders/sender.ts';
import type { Stock } from '../stock.ts';
import { Deliveries } from './deliveries/deliveries.ts';
import { Sales } from './flash-sale/sales.ts';
import { type NoticeOptions, Notices } from './notices/notices.ts';
import { OrderTurns, type TurnsOptions } from './queue/order-turns.ts';
import { EventRelay, type RelayOptions } from './relay/event-relay.ts';
import { WaitingLists, type WaitingOptions } from './waiting/waiting-lists.ts';
import { type WebhookOptions, Webhooks } from './webhooks/webhooks.ts';

export interface Uses {
  orders: Orders;
  payments: Payments;
  waiting: WaitingLists;
  webhooks: Webhooks;
  /** What buyers are told. */
  notices: Notices;
  returns: Returns;
  /** Decides orders whose channel has them wait for their turn. */
  queue: OrderTurns;
  /** How pre-orders are paid, stage by stage. */
  plans: Plans;
  /** Flash sales. */
  sales: Sales;
  /** Carries events elsewhere, if it was told where. */
  relay?: EventRelay;
  close(): Promise<void>;
}

export interface UsesOptions {
  /** Ways to pay; the first is taken where nobody says which. */
  providers?: readonly PaymentProvider[];
  /** Ways to reach buyers. They stay their owner's to close. */
  senders?: readonly Sender[];
  waiting?: WaitingOptions;
  webhooks?: WebhookOptions;
  notices?: NoticeOptions;
  /** What orders wait in, instead of the journal. */
  turns?: TurnsOptions | undefined;
  /** Where every event goes. */
  relay?: RelayOptions | undefined;
}

export async function openUses(stock: Stock, options: UsesOptions = {}): Promise<Uses> {
  const policies = await OrderPolicies.open(stock.engine);
  const { parts } = stock;
  const vouchers = await Vouchers.open(parts);
  const plans = new Plans(parts);
  const queue = new OrderTurns(parts, options.turns);
  const sales = await SaleDirectory.open(parts);
  const orders = new Orders(parts, { policies, vouchers, plans, sales }, queue.carrier);
  const payments = new Payments({ parts, policies, sales, providers: options.providers ?? [] });
  const waiting = await WaitingLists.open(stock, orders, options.waiting);
  await queue.start((order) => orders.decide(order));
  const deliveries = await Deliveries.open(stock, options.webhooks);
  const webhooks = new Webhooks(deliveries);
  const notices = new Notices(deliveries, options.senders, options.notices);
  const webhook = Webhooks.sending(deliveries, options.webhooks ?? {});
  const notice = notices.sending;
  if (webhook !== undefined && notice !== undefined) deliveries.start({ webhook, notice });
  const flash = new Sales(parts, orders, sales, (pools) => stock.availability(pools));
  flash.preSale.start();
  const relay = options.relay === undefined ? undefined : EventRelay.open(stock, options.relay);
  return {
    orders,
    payments,
    waiting,
    webhooks,
    queue,
    notices,
    returns: new Returns(stock),
    plans,
    sales: flash,
    ...(relay === undefined ? {} : { relay }),
    async close() {
      await relay?.close();
      await queue.stop();
      await deliveries.close();
      await waiting.close();
      await flash.preSale.stop();
      sales.close();
      policies.close();
      vouchers.close();
    },
  };
}
