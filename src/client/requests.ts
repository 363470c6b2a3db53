// What the client is asked for, as plain data: the commands of the library in the notation of the
// HTTP API, durations as text (`15m`, `PT15M`) and times as ISO 8601 or Date. Types only.

import type { DenialIn, DenialOutside } from '../http/shapes/denial-shapes.ts';
import type { NoticeIn, PreviewIn } from '../http/shapes/notice-shapes.ts';
import type { JoinIn, PlaceIn } from '../http/shapes/place-shapes.ts';
import type { PlanBodyOutside } from '../http/shapes/plan-shapes.ts';
import type {
  CloseReturnIn,
  InspectReturnIn,
  ReceiveReturnIn,
  RequestReturnIn,
  ReturnCarrierIn,
  UndeliveredIn,
  UnquarantineIn,
} from '../http/shapes/return-shapes.ts';
import type { SaleCheckoutIn, SaleIn } from '../http/shapes/sale-shapes.ts';
import type { CampaignIn } from '../http/shapes/voucher-shapes.ts';
import type { AcceptIn, WaitIn } from '../http/shapes/waiter-shapes.ts';
import type { ReplayIn, WebhookIn } from '../http/shapes/webhook-shapes.ts';
import type * as commands from '../kernel/commands.ts';
import type { DeliveryState } from '../kernel/delivery.ts';
import type { LeaseState } from '../kernel/lease.ts';
import type * as leases from '../kernel/lease-commands.ts';
import type * as orders from '../kernel/order-commands.ts';
import type { OrderState } from '../kernel/order-states.ts';
import type { ReservationState } from '../kernel/reservation.ts';
import type { ReturnState } from '../kernel/return-states.ts';

export interface ReserveRequest extends Omit<commands.ReserveCommand, 'holdForMs' | 'holdCapMs'> {
  /** How long the units are set aside. Default 15 minutes. */
  holdFor?: string;
  /** How long all extensions together may keep them. Default: an hour, or the hold. */
  holdCap?: string;
}

export interface ExtendRequest extends commands.ReservationVerb {
  /** From now on. */
  holdFor: string;
}

export interface PutLimitRequest extends Omit<commands.PutLimitCommand, 'windowMs'> {
  /** Counts what was reserved within this time. Only per buyer, not with `period`. */
  window?: string;
}

export interface OrderRequest extends Omit<orders.OrderCommand, 'holdForMs'> {
  /** How long it may stay unpaid. Default: as the channel's policy says. */
  holdFor?: string;
}

export interface OrderPolicyRequest
  extends Omit<orders.OrderPolicyCommand, 'holdForMs' | 'paymentForMs'> {
  /** How long an order may stay unpaid. */
  holdFor?: string;
  /** How much longer, once, from when its payment begins. */
  paymentFor?: string;
}

export type PlanRequest = { plan: string } & PlanBodyOutside;

export interface MoveLaunchRequest {
  plan: string;
  launchAt: string;
}

export interface PayRequest extends orders.OrderVerb {
  /** Default: the first that the server knows. */
  provider?: string;
  /** Where the buyer's browser goes when he is done. */
  returnUrl?: string;
  /** Of a pre-order: the stage that is due (default), or all that are left. */
  stages?: 'next' | 'all';
}

export interface LeaseRequest extends Omit<leases.LeaseCommand, 'leaseForMs'> {
  /** How long the share stays the node's. Without it: until it is settled or written off. */
  leaseFor?: string;
}

export interface RenewRequest extends leases.LeaseVerb {
  /** From now. Default: as the lease was made. */
  leaseFor?: string;
}

export interface SaleRequest extends Omit<leases.Sale, 'soldAtMs'> {
  /** When it was sold, by the till's clock. */
  soldAt?: string;
}

export interface RecordRequest extends leases.LeaseVerb {
  sales: SaleRequest[];
}

export interface SettleRequest extends leases.LeaseVerb {
  sales?: SaleRequest[];
}

export type {
  AdjustCommand as AdjustRequest,
  CancelCommand as CancelRequest,
  ChangeCommand as ChangeRequest,
  ConfirmCommand as ConfirmRequest,
  PutPoolCommand as PutPoolRequest,
  ReceiveCommand as ReceiveRequest,
  ReturnCommand as ReturnRequest,
  TransferCommand as TransferRequest,
} from '../kernel/commands.ts';
export type {
  GiveBackCommand as GiveBackRequest,
  TopUpCommand as TopUpRequest,
  WriteOffCommand as WriteOffRequest,
} from '../kernel/lease-commands.ts';
export type {
  CancelOrderCommand as CancelOrderRequest,
  FulfilCommand as FulfilRequest,
  PaidCommand as PaidRequest,
} from '../kernel/order-commands.ts';

/** How much of a list one request brings; iterators go on where it ended. */
export interface PageSize {
  limit?: number;
}

export interface PoolQuery extends PageSize {
  /** Only pools whose ids start like this. */
  prefix?: string;
  /** `next` of the page before. */
  cursor?: string;
}

export interface ReservationQuery extends PageSize {
  buyer?: string;
  status?: ReservationState;
  pool?: string;
  reference?: string;
  /** `next` of the page before. */
  cursor?: string;
}

export interface LeaseQuery extends PageSize {
  node?: string;
  pool?: string;
  status?: LeaseState;
  /** `next` of the page before. */
  cursor?: string;
}

export interface OrderQuery extends PageSize {
  buyer?: string;
  status?: OrderState;
  reference?: string;
  /** `next` of the page before. */
  cursor?: string;
}

export interface JournalQuery extends PageSize {
  /** Entries behind this position. Default 0: all. */
  after?: number;
}

export interface EventQuery {
  /** Only what has to do with one of these pools. Default: all. */
  pools?: readonly string[];
  /** The position that the caller knows: what has changed since is told, or all anew. */
  after?: number;
}

export type RequestReturnRequest = RequestReturnIn;
export type UndeliveredRequest = UndeliveredIn & { order: string };
export type ReturnCarrierRequest = ReturnCarrierIn & { return: string };
export type ReceiveReturnRequest = ReceiveReturnIn & { return: string };
export type InspectReturnRequest = InspectReturnIn & { return: string };
export type CloseReturnRequest = CloseReturnIn & { return: string };
export type UnquarantineRequest = UnquarantineIn & { pool: string };
export type FlashSaleRequest = SaleIn & { sale: string };
export type FlashSaleVerbRequest = { sale: string };
export type DeniedRequest = Pick<DenialOutside, 'kind' | 'value'>;
export type DenialRequest = DeniedRequest & NonNullable<DenialIn>;
export type SaleCheckoutRequest = SaleCheckoutIn & { sale: string };
export type JoinRoomRequest = JoinIn & { sale: string };
export type PlaceRequest = PlaceIn & { sale: string };
export type CampaignRequest = CampaignIn & { campaign: string };
export type WaitRequest = WaitIn & { pool: string };
export type AcceptOfferRequest = AcceptIn & PlaceInLine;
export type WebhookRequest = WebhookIn & { webhook: string };
export type ReplayRequest = ReplayIn & { webhook: string };
export type NoticeRequest = NoticeIn & { notice: string };
export type PreviewRequest = PreviewIn & { notice: string };
export type ReplayNoticeRequest = ReplayIn & { notice: string };

export interface CancelReturnRequest {
  return: string;
  reason?: string;
}

export interface ReturnQuery extends PageSize {
  order?: string;
  status?: ReturnState;
  /** `next` of the page before. */
  cursor?: string;
}

export interface PlaceInLine {
  pool: string;
  waiter: string;
}

export interface DeliveryQuery extends PageSize {
  status?: DeliveryState;
  /** `next` of the page before. */
  cursor?: string;
}
