// How a share goes out to a node and comes back: available to leased, and leased to wherever the
// pool's released units belong. What a node sells of it is in lease-sales.ts.

import type { DocumentWrite, Move, Transaction } from '../engines/contract.ts';
import { accountOf, poolAccounts } from './accounts.ts';
import {
  type LeaseData,
  type LeaseHolding,
  leaseClaim,
  leaseData,
  leaseTransition,
  leftOf,
  nextLease,
} from './lease.ts';
import type {
  GiveBackCommand,
  LeaseCommand,
  RenewCommand,
  TopUpCommand,
  WriteOffCommand,
} from './lease-commands.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import { asJson } from './reservation.ts';

/** A share goes out, until a deadline or, for an offline till, without one. */
export function openLease(command: LeaseCommand, id: string): Plan {
  const { node, pool, leaseForMs } = command;
  const data: LeaseData = { node, pool, sold: 0, givenBack: 0 };
  if (leaseForMs !== undefined) data.leaseForMs = leaseForMs;
  const write: DocumentWrite = {
    id,
    fresh: true,
    kind: 'lease',
    state: 'ACTIVE',
    data: asJson(data),
    reference: node,
    owners: [pool],
    claims: [{ move: 0, leg: 0, undo: poolAccounts(pool).released }],
  };
  if (leaseForMs !== undefined) write.deadline = { afterMs: leaseForMs };
  return planned({
    guards: [{ document: poolAccounts(pool).document, stateIn: ['OPEN'] }],
    moves: [outward(pool, command)],
    writes: [write],
    events: [{ type: 'lease.opened', subject: id, data: { node, pool } }],
  });
}

/** More units into the same lease. */
export function topUpLease(holding: LeaseHolding, command: TopUpCommand): Plan {
  const { document } = holding;
  const next = leaseTransition(holding, 'topUp');
  if (!next.ok) return next;
  const data = leaseData(document);
  const { pool } = data;
  const write = nextLease(document, next.state, { data, left: leftOf(document) });
  // How many come is known only at commit: they stand as a claim beside the others until the next write.
  write.claims = [...write.claims!, { move: 0, leg: 0, undo: poolAccounts(pool).released }];
  return planned({
    guards: [{ document: poolAccounts(pool).document, stateIn: ['OPEN'] }, leaseGuard(holding)],
    moves: [outward(pool, command)],
    writes: [write],
    events: [{ type: 'lease.opened', subject: document.id, data: { node: data.node, pool } }],
  });
}

/** The deadline moves away, never nearer. An offline lease has none: it only says that its till lives. */
export function renewLease(holding: LeaseHolding, command: RenewCommand): Plan {
  const { document } = holding;
  const next = leaseTransition(holding, 'renew');
  if (!next.ok) return next;
  const data = leaseData(document);
  const write = nextLease(document, next.state, { data, left: leftOf(document) });
  if (document.deadlineMs !== undefined) {
    const afterMs = command.leaseForMs ?? data.leaseForMs!;
    write.deadline = { afterMs, notBeforeMs: document.deadlineMs };
  }
  return planned({
    guards: [leaseGuard(holding)],
    writes: [write],
    events: [{ type: 'lease.renewed', subject: document.id }],
  });
}

/** Unsold units come back; without a quantity all of them, and the lease is closed. */
export function giveBackLease(holding: LeaseHolding, command: GiveBackCommand): Plan {
  const { document } = holding;
  const { quantity } = command;
  const next = leaseTransition(holding, quantity === undefined ? 'close' : 'giveBack');
  if (!next.ok) return next;
  const left = leftOf(document);
  const back = quantity ?? left;
  if (back > left) return refuse('quantity-exceeds-lease', { lease: document.id, left });
  const data = leaseData(document);
  const given = { ...data, givenBack: data.givenBack + back };
  return planned({
    guards: [leaseGuard(holding)],
    moves: inward(data.pool, back),
    writes: [nextLease(document, next.state, { data: given, left: left - back })],
    events: [
      { type: next.state === 'CLOSED' ? 'lease.closed' : 'lease.reduced', subject: document.id },
    ],
  });
}

/** A person ends it: what nobody reported is written off, or sold again. */
export function writeOffLease(holding: LeaseHolding, command: WriteOffCommand): Plan {
  const { document } = holding;
  const next = leaseTransition(holding, 'writeOff');
  if (!next.ok) return next;
  const left = leftOf(document);
  const data = leaseData(document);
  const { to, reason } = command;
  const legs = [{ from: leased(data.pool), to: accountOf(data.pool, 'written-off') }];
  const away: Move[] = left === 0 ? [] : [{ legs, quantity: left }];
  return planned({
    guards: [leaseGuard(holding)],
    moves: to === 'written-off' ? away : inward(data.pool, left),
    writes: [nextLease(document, next.state, { data, left: 0 })],
    events: [
      {
        type: 'lease.ended',
        subject: document.id,
        data: { to, ...(reason === undefined ? {} : { reason }) },
      },
    ],
  });
}

/** Its node was not heard of in time: what is unsold goes back to sale. */
export function expireLease(holding: LeaseHolding): Plan {
  const { document } = holding;
  const next = leaseTransition(holding, 'expire');
  if (!next.ok) return next;
  const left = leftOf(document);
  const data = leaseData(document);
  const transaction: Transaction = {
    guards: [{ document: document.id, version: document.version, due: true }],
    moves: inward(data.pool, left),
    writes: [
      nextLease(document, next.state, {
        data: { ...data, givenBack: data.givenBack + left },
        left: 0,
      }),
    ],
    events: [{ type: 'lease.expired', subject: document.id }],
  };
  return planned(transaction);
}

/** What was planned holds for this version alone, and only while the lease lasts. */
export function leaseGuard({ document }: LeaseHolding) {
  return { document: document.id, version: document.version, due: false };
}

function leased(pool: string): string {
  return leaseClaim(pool, 0).account;
}

function outward(pool: string, command: { quantity: number; quantityMin?: number }): Move {
  const { quantity, quantityMin } = command;
  const legs = [{ from: poolAccounts(pool).available, to: leased(pool) }];
  return quantityMin === undefined ? { legs, quantity } : { legs, quantity, quantityMin };
}

function inward(pool: string, quantity: number): Move[] {
  if (quantity === 0) return [];
  return [{ legs: [{ from: leased(pool), to: poolAccounts(pool).released }], quantity }];
}
