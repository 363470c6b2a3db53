// What a caller may ask of returns, as plain data. Bounds are in check-return.ts, effects in the file of
// each verb.

/** Units of a line of the sale, named by its number there (from 0) or by its pool. */
export interface NamedUnits {
  line?: number;
  pool?: string;
  quantity: number;
}

export type Verdict = 'sellable' | 'quarantine' | 'write-off';

export interface InspectedUnits extends NamedUnits {
  verdict: Verdict;
}

/** Of an order, or of a sold reservation that no order has. */
export interface RequestReturnCommand {
  order?: string;
  reservation?: string;
  /** Default: all that is sold and not returned. */
  lines?: NamedUnits[];
  reason?: string;
}

export interface ReturnVerb {
  return: string;
  /** The warehouse's own id of the event that says so: it takes effect once, for good. */
  event?: string;
}

export type CarrierEvent = 'picked-up' | 'not-reachable' | 'refused' | 'lost';

interface CarrierTold {
  /** When it happened, by the carrier. */
  atMs?: number;
  /** The carrier's number of the parcel. */
  reference?: string;
}

/** What the carrier of a return tells. `lost`: what has not arrived never will. */
export interface ReturnCarrierCommand extends ReturnVerb, CarrierTold {
  carrier: CarrierEvent;
}

/** What the carrier of an order's delivery tells: it could not be delivered, and comes back. */
export interface DeliveryFailedCommand extends CarrierTold {
  order: string;
  carrier: 'not-reachable' | 'refused';
  event?: string;
}

/** What arrived at the dock, whatever had been announced. */
export interface ReceiveReturnCommand extends ReturnVerb {
  lines: NamedUnits[];
  reference?: string;
}

export interface InspectReturnCommand extends ReturnVerb {
  lines: InspectedUnits[];
  /** What is to be refunded for the whole return, in minor units, in place of what the prices say. */
  refund?: number;
}

/** What has not arrived never will: it stays with the buyer, or is lost. */
export interface CloseReturnCommand extends ReturnVerb {
  /** Default `sold`. */
  missing?: 'sold' | 'written-off';
  refund?: number;
  reason?: string;
}

export interface CancelReturnCommand extends ReturnVerb {
  reason?: string;
}

/** Units of a pool come out of quarantine. */
export interface ReleaseQuarantineCommand {
  pool: string;
  quantity: number;
  to: 'available' | 'written-off';
  reason?: string;
}
