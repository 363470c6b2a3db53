// What others read: the bodies of replies as TypeBox schemas, and the types that go with them.

import { type Static, Type } from 'typebox';
import { PROBLEM_CODES } from '../problem.ts';
import { AnomalyShape } from './anomaly-shapes.ts';
import { DenialShape } from './denial-shapes.ts';
import { NOTICE_COMPONENTS } from './notice-shapes.ts';
import { Order, OrderPolicyShape } from './order-shapes.ts';
import {
  Balance,
  Instant,
  LeaseStatus,
  limitFields,
  Metadata,
  PoolId,
  PoolOrSegmentId,
  Quantity,
  Version,
} from './parts.ts';
import { PaymentShape } from './payment-shapes.ts';
import { PlaceShape } from './place-shapes.ts';
import { PlanShape } from './plan-shapes.ts';
import { Moved, Pool, PoolBalances, PoolInfo, ShownState, Transferred } from './pool-shapes.ts';
import { PublicSaleShape } from './public-sale-shapes.ts';
import { ReturnShape, WarehouseResults } from './return-shapes.ts';
import { SaleShape } from './sale-shapes.ts';
import { CampaignShape, VoucherShape } from './voucher-shapes.ts';
import { WaiterShape } from './waiter-shapes.ts';
import { WEBHOOK_COMPONENTS } from './webhook-shapes.ts';

const { Optional } = Type;

export const Limit = Type.Object({ limit: PoolId, ...limitFields, version: Version });

export const Status = Type.Union(
  [
    Type.Literal('HELD'),
    Type.Literal('CONFIRMING'),
    Type.Literal('CONFIRMED'),
    Type.Literal('CANCELLED'),
    Type.Literal('EXPIRED'),
  ],
  { examples: ['HELD'] },
);

export const Reservation = Type.Object({
  id: Type.String({ format: 'uuid' }),
  status: Status,
  version: Version,
  lines: Type.Array(
    Type.Object({
      pool: PoolId,
      quantity: Type.Integer({ minimum: 0, description: 'Units granted.' }),
      asked: Optional(Type.Integer({ description: 'Units asked for, where fewer were granted.' })),
      confirmed: Optional(Type.Integer({ description: 'Units sold.' })),
      returned: Optional(Type.Integer({ description: 'Units that came back after the sale.' })),
    }),
  ),
  buyer: Optional(Type.String()),
  reference: Optional(Type.String()),
  metadata: Optional(Metadata),
  order: Optional(Type.String({ format: 'uuid', description: 'The order whose units they are.' })),
  createdAt: Instant,
  updatedAt: Instant,
  expiresAt: Optional(Instant),
});

export const Entry = Type.Object({
  position: Type.Integer({ minimum: 1, description: 'Gapless.' }),
  at: Instant,
  events: Type.Array(
    Type.Object({
      type: Type.String({ examples: ['reservation.held'] }),
      subject: Type.String(),
      data: Optional(Type.Unsafe<object>({ type: 'object', additionalProperties: true })),
    }),
  ),
  moves: Type.Array(
    Type.Object({
      from: Type.String({ examples: ['tea/available'] }),
      to: Type.String({ examples: ['tea/held'] }),
      quantity: Quantity,
    }),
  ),
  pools: Type.Array(
    Type.Object({
      pool: PoolOrSegmentId,
      version: Version,
      product: Optional(Type.String()),
      place: Optional(Type.String()),
      home: Optional(PoolId),
      sale: Optional(Type.String()),
      state: Optional(ShownState),
    }),
  ),
  reservations: Type.Array(Type.Unsafe<ReservationOutside>({ $ref: 'Reservation#' })),
  limits: Type.Array(Type.Unsafe<LimitOutside>({ $ref: 'Limit#' })),
  principal: Optional(Type.String({ description: 'Who asked.' })),
});

export const ProblemShape = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', examples: ['/errors/insufficient-stock'] }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'A sentence for the person who asked.' }),
    code: Type.Unsafe<string>({ type: 'string', enum: [...PROBLEM_CODES] }),
  },
  { additionalProperties: true },
);

export const BatchResults = Type.Object({
  results: Type.Array(
    Type.Object({
      status: Type.Integer({ description: 'What the item alone would have been answered with.' }),
      key: Optional(Type.String({ description: "The item's idempotency key, given or made." })),
      replayed: Optional(Type.Boolean({ description: 'It was accepted before.' })),
      reservation: Optional(Type.Unsafe<ReservationOutside>({ $ref: 'Reservation#' })),
      problem: Optional(Type.Unsafe<Static<typeof ProblemShape>>({ $ref: 'Problem#' })),
    }),
    { description: 'One for each item, in the order of the items.' },
  ),
});

export const Availability = Type.Object({
  pools: Type.Array(
    Type.Object({ id: PoolId, available: Balance, state: ShownState, version: Version }),
  ),
  unknown: Type.Array(PoolId, { description: 'There are no such pools.' }),
});

export const LiveChanges = Type.Object({
  position: Type.Integer({ minimum: 0, description: 'All changes up to here are told.' }),
  at: Instant,
  pools: Type.Array(Type.Unsafe<PoolOutside>({ $ref: 'Pool#' })),
  reservations: Type.Array(Type.Unsafe<ReservationOutside>({ $ref: 'Reservation#' })),
  omitted: Type.Object(
    { pools: Type.Integer(), reservations: Type.Integer() },
    { description: 'How many more changed than one message takes.' },
  ),
});

const leaseFields = {
  id: Type.String({ format: 'uuid', description: 'Names this share for good.' }),
  node: Type.String(),
  pool: PoolId,
  status: LeaseStatus,
  version: Version,
  offline: Type.Boolean({ description: 'It has no end of its own.' }),
  quantity: Type.Integer({ minimum: 0, description: 'Units that are out with the node.' }),
  sold: Type.Integer({ minimum: 0 }),
  givenBack: Type.Integer({ minimum: 0 }),
  createdAt: Instant,
  heardAt: Type.String({ format: 'date-time', description: 'When the node was last heard of.' }),
  expiresAt: Optional(Instant),
};

export const Lease = Type.Object(leaseFields);
export const LeaseMoved = Type.Object({
  ...leaseFields,
  moved: Type.Integer({ minimum: 0, description: 'Units that this command moved.' }),
});

export const Recorded = Type.Object({
  lease: Type.Unsafe<LeaseOutside>({ $ref: 'Lease#' }),
  results: Type.Array(
    Type.Object({
      sale: Type.String({ format: 'uuid' }),
      recorded: Type.Boolean(),
      replayed: Optional(Type.Boolean({ description: 'It was recorded before.' })),
      overLimit: Optional(Type.Boolean({ description: 'Past a limit: it had happened already.' })),
      reservation: Optional(Type.Unsafe<ReservationOutside>({ $ref: 'Reservation#' })),
      problem: Optional(Type.Unsafe<Static<typeof ProblemShape>>({ $ref: 'Problem#' })),
    }),
    { description: 'One for each sale, in the order of the sales.' },
  ),
});

/** What the OpenAPI document names, so that generated clients have types for it. */
export const COMPONENTS = {
  PoolInfo,
  Pool,
  PoolBalances,
  Moved,
  Transferred,
  Limit,
  Reservation,
  Entry,
  BatchResults,
  Availability,
  LiveChanges,
  Lease,
  LeaseMoved,
  Recorded,
  Order,
  OrderPolicy: OrderPolicyShape,
  Plan: PlanShape,
  Payment: PaymentShape,
  ...WEBHOOK_COMPONENTS,
  ...NOTICE_COMPONENTS,
  Waiter: WaiterShape,
  Return: ReturnShape,
  WarehouseResults,
  Sale: SaleShape,
  PublicSale: PublicSaleShape,
  Place: PlaceShape,
  Denial: DenialShape,
  Anomaly: AnomalyShape,
  Campaign: CampaignShape,
  Voucher: VoucherShape,
  Problem: ProblemShape,
};

export type ComponentName = keyof typeof COMPONENTS;

export type ReservationOutside = Static<typeof Reservation>;
export type LeaseOutside = Static<typeof Lease>;
export type LeaseMovedOutside = Static<typeof LeaseMoved>;
export type RecordedOutside = Static<typeof Recorded>;
export type PoolOutside = Static<typeof Pool>;
export type PoolInfoOutside = Static<typeof PoolInfo>;
export type PoolBalancesOutside = Static<typeof PoolBalances>;
export type LimitOutside = Static<typeof Limit>;
export type AvailabilityOutside = Static<typeof Availability>;
export type LiveChangesOutside = Static<typeof LiveChanges>;
export type EntryOutside = Static<typeof Entry>;
