// The centre as a node reaches it: over the HTTP API, with the typed client. Sends each command once;
// when and whether it is sent again is for the node to say. Holds no state.

import type { Answer } from '../client/answer.ts';
import { HoldfastClient } from '../client/client.ts';
import { HoldfastClientError } from '../client/client-error.ts';
import type { SaleRequest } from '../client/requests.ts';
import { HoldfastError } from '../errors.ts';
import type { Sale } from '../kernel/lease-commands.ts';
import { REFUSALS, type RefusalCode, type Refused, refuse } from '../kernel/refusals.ts';
import type { Centre, Told } from './centre.ts';

export interface CentreAddress {
  url: string;
  apiKey?: string | undefined;
  /** How long one attempt may take. */
  timeoutMs: number;
}

/** Refusals that say nothing about the command. */
const PASSING: ReadonlySet<string> = new Set<RefusalCode>([
  'unavailable',
  'overloaded',
  'contended',
  'disk-full',
  'request-in-flight',
]);

export function centreOverHttp({ url, apiKey, timeoutMs }: CentreAddress): Centre {
  const access = apiKey === undefined ? {} : { apiKey };
  const client = new HoldfastClient({ url, ...access, timeoutMs, retry: false, batch: false });
  const { leases } = client;
  const granted = ({ id, moved }: { id: string; moved: number }) => ({
    lease: id,
    quantity: moved,
  });
  const nothing = () => {};
  return {
    open: ({ leaseForMs, ...share }, key) =>
      told(leases.open({ ...share, ...leaseFor(leaseForMs) }, { key }), granted),
    topUp: (command, key) => told(leases.topUp(command, { key }), granted),
    renew: ({ lease, leaseForMs }) =>
      told(leases.renew({ lease, ...leaseFor(leaseForMs) }), ({ quantity }) => quantity),
    giveBack: (command, key) => told(leases.giveBack(command, { key }), nothing),
    settle: (command, key) => told(leases.settle(command, { key }), nothing),
    record: ({ lease, sales }) =>
      told(leases.record({ lease, sales: sales.map(saleOutside) }), ({ results }) =>
        results.map(({ recorded, overLimit = false, problem }) =>
          recorded ? { ok: true, overLimit } : refusedWith(problem?.code, problem ?? {}),
        ),
      ),
    available: async (pool) => {
      const answer = await told(
        client.availability([pool]),
        ({ pools }) => pools[0]?.available ?? 0,
      );
      return answer.ok ? answer.value : 0;
    },
  };
}

/** @throws HoldfastError `unavailable` where nobody knows what became of it. */
async function told<T, U>(call: Promise<Answer<T>>, read: (value: T) => U): Promise<Told<U>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof HoldfastClientError) throw new HoldfastError('unavailable', error.message);
    throw error;
  }
  if (answer.ok) return { ok: true, value: read(answer.value) };
  const { code, detail, details } = answer;
  // No key, the wrong role, a fault inside: nothing that a buyer could do anything about.
  if (!(code in REFUSALS) || PASSING.has(code)) throw new HoldfastError('unavailable', detail);
  return refusedWith(code, details);
}

function refusedWith(code: string | undefined, details: object): Refused {
  const known = code !== undefined && code in REFUSALS;
  return refuse(known ? (code as RefusalCode) : 'unavailable', { ...details });
}

function leaseFor(leaseForMs: number | undefined): { leaseFor?: string } {
  return leaseForMs === undefined ? {} : { leaseFor: `${leaseForMs}ms` };
}

function saleOutside({ soldAtMs, ...sale }: Sale): SaleRequest {
  return soldAtMs === undefined ? sale : { ...sale, soldAt: new Date(soldAtMs).toISOString() };
}
