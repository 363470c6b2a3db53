// What the server shows, under the names that callers know. Types only; the shapes are the server's.

import type { AnomalyOutside } from '../http/shapes/anomaly-shapes.ts';
import type { DenialOutside } from '../http/shapes/denial-shapes.ts';
import type {
  MessageOutside,
  NoticeOutside,
  PreviewOutside,
} from '../http/shapes/notice-shapes.ts';
import type { OrderOutside, OrderPolicyOutside } from '../http/shapes/order-shapes.ts';
import type { PaymentOutside } from '../http/shapes/payment-shapes.ts';
import type { PlaceLeftOutside, PlaceOutside } from '../http/shapes/place-shapes.ts';
import type { PlanOutside } from '../http/shapes/plan-shapes.ts';
import type { PublicSaleOutside } from '../http/shapes/public-sale-shapes.ts';
import type {
  AvailabilityOutside,
  EntryOutside,
  LeaseMovedOutside,
  LeaseOutside,
  LimitOutside,
  PoolBalancesOutside,
  PoolInfoOutside,
  PoolOutside,
  RecordedOutside,
  ReservationOutside,
} from '../http/shapes/replies.ts';
import type { ReturnOutside, WarehouseResultsOutside } from '../http/shapes/return-shapes.ts';
import type { SaleOutside } from '../http/shapes/sale-shapes.ts';
import type {
  CampaignOutside,
  ImportedOutside,
  VoucherOutside,
} from '../http/shapes/voucher-shapes.ts';
import type { WaiterOutside } from '../http/shapes/waiter-shapes.ts';
import type { DeliveryOutside, WebhookOutside } from '../http/shapes/webhook-shapes.ts';

export type Reservation = ReservationOutside;
export type Pool = PoolOutside;
export type PoolInfo = PoolInfoOutside;
/** Balances of a past moment. */
export type PoolBalances = PoolBalancesOutside;
/** What of each pool can be bought, in the order asked, and the pools that do not exist. */
export type Availability = AvailabilityOutside;
export type Limit = LimitOutside;
/** A share of a pool that is out with a node. */
export type Lease = LeaseOutside;
/** A lease after a command, and the units that it moved. */
export type LeaseMoved = LeaseMovedOutside;
/** What became of each sale that was reported. */
export type Recorded = RecordedOutside;
/** An order, with what was ordered and what happened to it. */
export type Order = OrderOutside;
/** How the orders of a channel run. */
export type OrderPolicy = OrderPolicyOutside;
/** In which stages pre-orders are paid. */
export type PreorderPlan = PlanOutside;
/** The money for an order, as its provider tells of it. */
export type Payment = PaymentOutside;
export type Return = ReturnOutside;
/** What became of each event of a warehouse. */
export type WarehouseResults = WarehouseResultsOutside;
/** Who may not buy in sales. */
export type Denial = DenialOutside;
/** Who is odd among those who try to buy. */
export type Anomaly = AnomalyOutside;

/** A flash sale, with what each of its items has left. */
export type Sale = SaleOutside;
/** A flash sale as anybody sees it. */
export type PublicSale = PublicSaleOutside;
export type Place = PlaceOutside;
export type PlaceLeft = PlaceLeftOutside;
export type Campaign = CampaignOutside;
export type Voucher = VoucherOutside;
/** How many codes of an import were new, and which were not. */
export type ImportedCodes = ImportedOutside;
/** A place in the line of a pool. */
export type Waiter = WaiterOutside;
export type Webhook = WebhookOutside;
export type Delivery = DeliveryOutside;
/** What buyers are told of events. */
export type Notice = NoticeOutside;
/** What a notice would tell. */
export type Preview = PreviewOutside;
/** What became of one message to a buyer. */
export type Message = MessageOutside;
/** An entry of the journal: one accepted command. Described in docs/events.md. */
export type Entry = EntryOutside;

/** Units of a pool came, went or were counted. */
export interface Moved {
  pool: string;
  quantity: number;
  version: number;
}

export interface Transferred {
  from: string;
  to: string;
  quantity: number;
  /** Of `from`. */
  version: number;
}

export interface PoolPage {
  pools: Pool[];
  /** Pass as `cursor`; missing on the last page. */
  next?: string;
}

export interface LeasePage {
  leases: Lease[];
  /** The journal position that the list shows. */
  asOf: number;
  /** Pass as `cursor`; missing on the last page. */
  next?: string;
}

export interface ReturnPage {
  returns: Return[];
  /** The journal position that the list shows. */
  asOf: number;
  /** Pass as `cursor`; missing on the last page. */
  next?: string;
}

export interface DeliveryPage {
  deliveries: Delivery[];
  /** The journal position that the list shows. */
  asOf: number;
  /** Pass as `cursor`; missing on the last page. */
  next?: string;
}

export interface MessagePage {
  deliveries: Message[];
  /** The journal position that the list shows. */
  asOf: number;
  /** Pass as `cursor`; missing on the last page. */
  next?: string;
}

export interface OrderPage {
  orders: Order[];
  /** The journal position that the list shows. */
  asOf: number;
  /** Pass as `cursor`; missing on the last page. */
  next?: string;
}

export interface ReservationPage {
  reservations: Reservation[];
  /** The journal position that the list shows. */
  asOf: number;
  /** What was due then is shown as EXPIRED. */
  at: string;
  /** Pass as `cursor`; missing on the last page. */
  next?: string;
}

export interface JournalPage {
  entries: Entry[];
  /** Pass as `after`, now or once there is more. */
  next: number;
}

export interface ExpiryResumed {
  /** The store's time from here on. */
  now: string;
  resumed: boolean;
  wasStopped?: string;
}

export interface Readiness {
  /** Degraded: commands are taken, but nothing expires now. */
  status: 'ready' | 'degraded';
  engine: string;
  detail: string;
  position: number;
  live: number;
  tableLag: number;
  /** Where Redis decides: differences from its record not seen gone yet, and comparisons so far, by this server. */
  drift?: { differing: number; compared: number };
  expiryStopped?: string;
  /** How much of the heap is in use, where it is so much that nothing new is begun. */
  memory?: string;
}
