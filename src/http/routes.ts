// Every route of the API, in the order in which the description shows them. Each asks for what it needs of
// the parts.

import type { App, Parts } from './app.ts';
import { anomalyRoutes } from './routes/anomalies.ts';
import { availabilityRoutes } from './routes/availability.ts';
import { campaignRoutes } from './routes/campaigns.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { denyListRoutes } from './routes/deny-list.ts';
import { errorRoutes } from './routes/errors.ts';
import { eventRoutes } from './routes/events.ts';
import { expiryRoutes } from './routes/expiry.ts';
import { healthRoutes } from './routes/health.ts';
import { journalRoutes } from './routes/journal.ts';
import { leaseListRoutes } from './routes/lease-list.ts';
import { leaseRoutes } from './routes/leases.ts';
import { limitRoutes } from './routes/limits.ts';
import { messageRoutes } from './routes/messages.ts';
import { noticeRoutes } from './routes/notices.ts';
import { orderPolicyRoutes } from './routes/order-policies.ts';
import { orderRoutes } from './routes/orders.ts';
import { paymentRoutes } from './routes/payments.ts';
import { placeRoutes } from './routes/places.ts';
import { planRoutes } from './routes/plans.ts';
import { poolRoutes } from './routes/pools.ts';
import { publicSaleRoutes } from './routes/public-sales.ts';
import { reservationBatchRoutes } from './routes/reservation-batch.ts';
import { reservationVerbRoutes } from './routes/reservation-verbs.ts';
import { reservationRoutes } from './routes/reservations.ts';
import { returnRoutes } from './routes/returns.ts';
import { saleChallengeRoutes } from './routes/sale-challenge.ts';
import { saleRoutes } from './routes/sales.ts';
import { stockMoveRoutes } from './routes/stock-moves.ts';
import { voucherRoutes } from './routes/vouchers.ts';
import { waiterRoutes } from './routes/waiters.ts';
import { warehouseRoutes } from './routes/warehouse.ts';
import { webhookRoutes } from './routes/webhooks.ts';

export const ROUTES: readonly ((app: App, parts: Parts) => void)[] = [
  poolRoutes,
  availabilityRoutes,
  stockMoveRoutes,
  limitRoutes,
  leaseRoutes,
  leaseListRoutes,
  reservationRoutes,
  reservationBatchRoutes,
  reservationVerbRoutes,
  orderRoutes,
  orderPolicyRoutes,
  saleRoutes,
  publicSaleRoutes,
  placeRoutes,
  saleChallengeRoutes,
  denyListRoutes,
  anomalyRoutes,
  paymentRoutes,
  planRoutes,
  waiterRoutes,
  webhookRoutes,
  deliveryRoutes,
  noticeRoutes,
  messageRoutes,
  returnRoutes,
  warehouseRoutes,
  voucherRoutes,
  campaignRoutes,
  journalRoutes,
  eventRoutes,
  healthRoutes,
  expiryRoutes,
  errorRoutes,
];
