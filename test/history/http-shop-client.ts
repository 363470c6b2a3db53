// Sends a history's commands over HTTP and reads the replies as results. Sends nothing twice.

import type { Command, Result } from '../../src/history/operation.ts';
import type { Ask, HttpClient, Reply } from '../crash/http-client.ts';
import { refused, type SendOptions, type ShopClient } from './shop-client.ts';

export class HttpShopClient implements ShopClient {
  readonly #client: HttpClient;

  constructor(client: HttpClient) {
    this.#client = client;
  }

  async send(command: Command, { key, ids }: SendOptions): Promise<Result> {
    const ask = askOf(command, ids);
    const reply = await this.#client.exchange(key === undefined ? ask : { ...ask, key });
    return resultOf(command, reply);
  }
}

function askOf(command: Command, ids: ReadonlyMap<string, string>): Ask {
  switch (command.do) {
    case 'reserve': {
      const { lines, holdForMs } = command;
      const body = { lines, holdFor: duration(holdForMs) };
      return { method: 'POST', path: '/v1/reservations', body };
    }
    case 'receive':
    case 'adjust': {
      const { pool, quantity, do: verb } = command;
      return { method: 'POST', path: `/v1/pools/${pool}/${verb}`, body: { quantity } };
    }
    case 'read-pool':
      return { method: 'GET', path: `/v1/pools/${command.pool}` };
    case 'read-reservation':
      return { method: 'GET', path: `/v1/reservations/${ids.get(command.of)}` };
    case 'extend':
      return verbAsk(ids.get(command.of)!, command.do, { holdFor: duration(command.holdForMs) });
    case 'cancel':
      return verbAsk(ids.get(command.of)!, command.do, {});
    default: {
      const { lines } = command;
      return verbAsk(ids.get(command.of)!, command.do, lines === undefined ? {} : { lines });
    }
  }
}

function verbAsk(id: string, verb: string, body: object): Ask {
  return { method: 'POST', path: `/v1/reservations/${id}/${verb}`, body };
}

function resultOf(command: Command, { status, body, replayed: repeated }: Reply): Result {
  if (status >= 500) return { kind: 'unknown', why: `${status} ${body.code}` };
  if (status >= 400) return refused(String(body.code));
  if (command.do === 'read-pool') {
    const { available, held, sold, version } = body as Record<string, number>;
    return {
      kind: 'pool',
      value: { available: available!, held: held!, sold: sold!, version: version! },
    };
  }
  if (command.do === 'receive' || command.do === 'adjust') {
    const { quantity, version } = body as Record<string, number>;
    return { kind: 'moved', repeated, value: { quantity: quantity!, version: version! } };
  }
  return { kind: 'reservation', repeated, value: reservationOf(body as unknown as Shown) };
}

interface Shown {
  id: string;
  status: string;
  version: number;
  lines: { pool: string; quantity: number; confirmed?: number; returned?: number }[];
  expiresAt?: string;
  updatedAt: string;
}

function reservationOf({ id, status, version, lines, expiresAt, updatedAt }: Shown) {
  const shown = lines.map(({ pool, quantity, confirmed, returned }) => ({
    pool,
    quantity,
    ...(confirmed === undefined ? {} : { confirmed }),
    ...(returned === undefined ? {} : { returned }),
  }));
  const value = { id, status, version, lines: shown, updatedAtMs: Date.parse(updatedAt) };
  return expiresAt === undefined ? value : { ...value, expiresAtMs: Date.parse(expiresAt) };
}

/** ISO 8601. */
function duration(ms: number): string {
  return `PT${ms / 1000}S`;
}
