// The balances with which a decided batch holds: by every step of it, not by its sum.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountState, Transaction } from '../../../src/engines/contract.ts';
import { balanceBounds } from '../../../src/engines/postgres/balance-bounds.ts';
import { BALANCE_MAX } from '../../../src/kernel/accounts.ts';
import { apply } from '../../../src/kernel/apply.ts';
import type { Snapshot } from '../../../src/kernel/overlay.ts';

const snapshot = (accounts: Record<string, AccountState>): Snapshot => ({
  ...{ nowMs: 0, dueMs: 0, position: 0 },
  account: (id) => accounts[id],
  document: () => undefined,
  seq: () => 0,
  request: () => undefined,
  dueClaims: () => [],
  tentativeClaims: () => [],
});

const moving = (from: string, to: string, quantity: number): Transaction => ({
  moves: [{ legs: [{ from, to }], quantity }],
  events: [],
});

const state = (balance: number, floor = 0): AccountState => ({ balance, floor, inflow: 0 });

function boundsOf(accounts: Record<string, AccountState>, batch: Transaction[]) {
  return balanceBounds(apply(snapshot(accounts), batch));
}

test('what is taken and given back must have been there', () => {
  const bounds = boundsOf({ 'tea/available': state(9), 'tea/sold': state(0) }, [
    moving('tea/available', 'tea/sold', 5),
    moving('tea/sold', 'tea/available', 5),
    moving('tea/available', 'tea/sold', 2),
  ]);
  assert.equal(bounds.get('tea/available')!.least, 5);
  assert.equal(bounds.get('tea/sold')!.least, 0);
});

test('what comes in first need not have been there; one that was refused needs nothing', () => {
  const bounds = boundsOf({ 'tea/available': state(1), 'tea/supply': state(-1, -9) }, [
    moving('tea/supply', 'tea/available', 3),
    moving('tea/available', 'tea/sold', 4),
    moving('tea/available', 'tea/sold', 4),
  ]);
  assert.equal(bounds.get('tea/available')!.least, 1);
  assert.equal(bounds.get('tea/available')!.most, BALANCE_MAX - 3);
  assert.equal(bounds.get('tea/supply')!.least, -6);
});

test('a floor counts from the move on that it was set with', () => {
  const lower: Transaction = {
    ...moving('tea/available', 'tea/sold', 2),
    floors: [{ account: 'tea/available', floor: -3 }],
  };
  const take = moving('tea/available', 'tea/sold', 1);
  const accounts = { 'tea/available': state(2), 'tea/sold': state(0) };
  assert.equal(boundsOf(accounts, [take, lower]).get('tea/available')!.least, 1);
  assert.equal(boundsOf(accounts, [lower, take]).get('tea/available')!.least, 0);
});
