// The centre without a network: a node's questions, asked of the library itself.

import type { Centre, Granted, Told } from '../../src/quota/centre.ts';
import type { LeaseMoved } from '../../src/stock/lease-views.ts';
import type { Answer, Stock } from '../../src/stock.ts';

export function directCentre(stock: Stock): Centre {
  const { leases } = stock;
  const granted = async (answer: Promise<Answer<LeaseMoved>>): Promise<Told<Granted>> =>
    told(await answer, ({ id, moved }) => ({ lease: id, quantity: moved }));
  const done = async (answer: Promise<Answer<unknown>>) => told(await answer, () => {});
  return {
    open: (command, key) => granted(leases.open(command, { key })),
    topUp: (command, key) => granted(leases.topUp(command, { key })),
    renew: async (command) => told(await leases.renew(command), ({ quantity }) => quantity),
    giveBack: (command, key) => done(leases.giveBack(command, { key })),
    settle: (command, key) => done(leases.settle(command, { key })),
    record: async (command) => told(await leases.record(command), ({ results }) => results),
    available: async (pool) => (await stock.availability([pool]))[0]?.available ?? 0,
  };
}

function told<T, U>(answer: Answer<T>, read: (value: T) => U): Told<U> {
  return answer.ok ? { ok: true, value: read(answer.value) } : answer;
}
