// What is known of the owners of limits' accounts is found under the name of each, however many there are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FiledDocuments, LimitOwners } from '../../src/engines/limit-owners.ts';
import { limitAccounts } from '../../src/kernel/accounts.ts';

const BUYERS = 3_000;
const buyers = Array.from({ length: BUYERS }, (_, index) => index);
const of = (index: number) => limitAccounts('two', `buyer ${index}/ä`);
const ownerOf = (index: number) => of(index).used.slice(0, -'/used'.length);
const state = (balance: number) => ({ balance, floor: -2, inflow: 1 });

test('each owner has its own number and accounts', () => {
  const owners = new LimitOwners();
  for (const index of buyers) {
    assert.equal(owners.seq(ownerOf(index)), undefined);
    assert.equal(owners.account(of(index).used), undefined);
    owners.putAccount(of(index).used, state(-index));
    owners.putAccount(of(index).granted, state(index));
    owners.putSeq(ownerOf(index), index + 1);
  }
  assert.equal(owners.size, BUYERS);
  for (const index of buyers) {
    assert.equal(owners.seq(ownerOf(index)), index + 1);
    assert.deepEqual(owners.account(of(index).used), state(-index));
    assert.deepEqual(owners.account(of(index).granted, ownerOf(index)), state(index));
  }
});

test('an owner of one account has not the other, and accounts of other names are kept beside them', () => {
  const owners = new LimitOwners();
  owners.putAccount('!two!!ann/granted', state(2));
  owners.putAccount('!two!!ann/elsewhere', state(5));
  owners.putAccount('!two!!ann/xused', state(6));
  assert.equal(owners.account('!two!!ann/used'), undefined);
  assert.deepEqual(owners.account('!two!!ann/granted'), state(2));
  assert.deepEqual(owners.account('!two!!ann/elsewhere'), state(5));
  assert.deepEqual(owners.account('!two!!ann/xused'), state(6));
  assert.equal(owners.account('!two!!an/used'), undefined);
});

test('what is filed under an account is found there, whether its owner is known or not', () => {
  const owners = new LimitOwners();
  const filed = new FiledDocuments(owners);
  filed.set('!two!!early/used', 7);
  owners.putAccount('!two!!early/used', state(-1));
  owners.putAccount('!two!!ann/used', state(-1));
  filed.set('!two!!ann/used', 0);
  filed.set('!two!!ann/granted', 3);
  filed.set('tea/available', 4);
  const found = () =>
    ['!two!!early/used', '!two!!ann/used', '!two!!ann/granted', 'tea/available'].map((account) =>
      filed.get(account),
    );
  assert.deepEqual(found(), [7, 0, 3, 4]);
  assert.equal(filed.get('!two!!bob/used'), undefined);
  // Nobody comes to be by being asked for.
  assert.equal(owners.seq('!two!!bob'), undefined);
  for (const account of ['!two!!early/used', '!two!!ann/used', '!two!!ann/granted']) {
    filed.delete(account);
  }
  assert.deepEqual(found(), [undefined, undefined, undefined, 4]);
});
