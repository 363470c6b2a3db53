// What a shop lays down for pre-orders, as a document with a name: the stages in which they are paid,
// what becomes of the money of one that is missed, and the launch that dates may hang on. Another launch
// moves the dates of orders that were made; any other change counts for new orders alone.

import type { Document, DocumentWrite, JsonObject } from '../engines/contract.ts';
import { type Plan, planned } from './plan.ts';
import { asJson } from './reservation.ts';

/** What a due date hangs on: a day, the payment of the deposit, or the launch. At most one. */
export interface StageDue {
  dueAtMs?: number;
  dueAfterDepositMs?: number;
  dueBeforeLaunchMs?: number;
}

/** One of `amount`, `basisPoints` and `rest`; the last stage is the rest, and no other. */
export interface StageTerms extends StageDue {
  name: string;
  /** Minor units of the order's currency. */
  amount?: number;
  /** A share of the order's total, rounded down; 1,000 is a tenth. */
  basisPoints?: number;
  rest?: true;
}

/** What goes back of the money: nothing, all, or a share, rounded down. */
export type RefundTerms = 'kept' | 'full' | { basisPoints: number };

export interface PlanTerms {
  stages: StageTerms[];
  launchAtMs?: number;
  /** How long after its due date a stage may still be paid. */
  graceMs: number;
  /** A date that comes nearer because the launch does leaves at least so much time. */
  noticeMs: number;
  /** How long before a due date the buyer is reminded of it. */
  remindBeforeMs: number[];
  /** By the number of stages that were paid, from one; the last entry counts for more of them. */
  refund: RefundTerms[];
}

export type PutPlanCommand = { plan: string } & Pick<PlanTerms, 'stages' | 'refund'> &
  Partial<PlanTerms>;

export interface MoveLaunchCommand {
  plan: string;
  launchAtMs: number;
}

export const GRACE_DEFAULT_MS = 3 * 86_400_000;
export const NOTICE_DEFAULT_MS = 7 * 86_400_000;

/** MOVING: orders that hang on an earlier launch are being looked for. */
export type PlanState = 'ACTIVE' | 'MOVING';

export const PLAN_NEXT: Record<PlanState, readonly PlanState[]> = {
  ACTIVE: ['ACTIVE', 'MOVING'],
  MOVING: ['MOVING', 'ACTIVE'],
};

export interface PlanData {
  terms: PlanTerms;
  /** How often the launch was moved: an order knows which one its dates hang on. */
  revision: number;
  /** Orders below this id are still to be looked at, in this pass. */
  before?: string;
  /** Passes that are done; the second finds who was told of late. */
  passes?: number;
  /** The journal's position when this pass began: searches must be as of it. */
  since?: number;
  turns?: number;
}

export function planId(name: string): string {
  return `plan:${name}`;
}

export function planData(document: Document): PlanData {
  return document.data as unknown as PlanData;
}

/** Creates a plan, or puts other terms in its place. */
export function putPlan(found: Document | undefined, command: PutPlanCommand): Plan {
  const { plan: name, ...given } = command;
  const terms: PlanTerms = {
    graceMs: GRACE_DEFAULT_MS,
    noticeMs: NOTICE_DEFAULT_MS,
    remindBeforeMs: [],
    ...given,
  };
  return written(found, name, JSON.parse(JSON.stringify(terms)));
}

/** Another launch: the dates of open orders that hang on it move. */
export function moveLaunch(found: Document, { plan, launchAtMs }: MoveLaunchCommand): Plan {
  return written(found, plan, { ...planData(found).terms, launchAtMs });
}

function written(found: Document | undefined, name: string, terms: PlanTerms): Plan {
  const id = planId(name);
  if (found === undefined) {
    return planned({
      guards: [{ document: id, absent: true }],
      writes: [{ id, kind: 'plan', state: 'ACTIVE', data: asJson({ terms, revision: 0 }) }],
      events: [{ type: 'plan.created', subject: id }],
    });
  }
  const { revision, terms: before } = planData(found);
  const moves = terms.launchAtMs !== undefined && terms.launchAtMs !== before.launchAtMs;
  const data: PlanData = { terms, revision: moves ? revision + 1 : revision };
  // A move that is not done begins anew: orders that it has reached are known by their revision.
  const moving = moves || found.state === 'MOVING';
  const write = planWrite(found, moving ? 'MOVING' : 'ACTIVE', data);
  if (moving) write.deadline = { afterMs: 0 };
  return planned({
    guards: [{ document: id, version: found.version }],
    writes: [write],
    events: [{ type: 'plan.changed', subject: id }],
  });
}

/** How far a move is, and when it is taken up again at the latest. */
export type Moved = Pick<PlanData, 'before' | 'since'> & { passes: number; afterMs: number };

/** Orders that come after `before` are looked at next, or none are left in this pass. */
export function moveOn(found: Document, { afterMs, ...next }: Moved): Plan {
  const { before: _, passes: __, since: ___, ...rest } = planData(found);
  const over = next.passes === PASSES;
  const data: PlanData = over ? rest : { ...rest, ...next };
  const write = planWrite(found, over ? 'ACTIVE' : 'MOVING', data);
  if (!over) write.deadline = { afterMs };
  return planned({
    guards: [{ document: found.id, version: found.version }],
    writes: [write],
    events: over ? [{ type: 'plan.moved', subject: found.id }] : [],
  });
}

/**
 * Where several servers share a store, even the position may be a moment behind: who ordered just before
 * the change is found by the second pass.
 */
export const PASSES = 2;

function planWrite({ id, kind }: Document, state: PlanState, data: PlanData): DocumentWrite {
  return { id, kind, state, data: asJson(data) as JsonObject };
}
