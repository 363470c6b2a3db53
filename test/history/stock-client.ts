// Sends a history's commands to the library in the same process.

import type { Command, Result } from '../../src/history/operation.ts';
import type { Reservation } from '../../src/kernel/reservation.ts';
import type { Moved } from '../../src/stock/pool-view.ts';
import type { Answer, CallOptions, Stock } from '../../src/stock.ts';
import { refused, type SendOptions, type ShopClient } from './shop-client.ts';

export class StockClient implements ShopClient {
  readonly #stock: () => Stock;

  constructor(stock: () => Stock) {
    this.#stock = stock;
  }

  async send(command: Command, { key, ids }: SendOptions): Promise<Result> {
    const stock = this.#stock();
    const options: CallOptions = key === undefined ? {} : { key };
    switch (command.do) {
      case 'reserve': {
        const { lines, holdForMs } = command;
        return reservationResult(await stock.reserve({ lines, holdForMs }, options));
      }
      case 'receive':
      case 'adjust': {
        const { do: verb, ...asked } = command;
        return movedResult(await stock[verb](asked, options));
      }
      case 'read-pool': {
        const pool = await stock.pool(command.pool);
        if (pool === undefined) return refused('unknown-pool');
        const { available, held, sold, version } = pool;
        return { kind: 'pool', value: { available, held, sold, version } };
      }
      case 'read-reservation': {
        const found = await stock.reservation(ids.get(command.of)!);
        if (found === undefined) return refused('unknown-reservation');
        return { kind: 'reservation', repeated: false, value: seen(found) };
      }
      default: {
        const { do: verb, of, ...rest } = command;
        const asked = { ...rest, reservation: ids.get(of)! };
        return reservationResult(await stock[verb](asked as never, options));
      }
    }
  }
}

function reservationResult(answer: Answer<Reservation>): Result {
  if (!answer.ok) return refused(answer.code);
  return { kind: 'reservation', repeated: answer.repeated, value: seen(answer.value) };
}

function movedResult(answer: Answer<Moved>): Result {
  if (!answer.ok) return refused(answer.code);
  const { quantity, version } = answer.value;
  return { kind: 'moved', repeated: answer.repeated, value: { quantity, version } };
}

function seen({ id, status, version, lines, expiresAtMs, updatedAtMs }: Reservation) {
  const shown = lines.map(({ pool, quantity, confirmed, returned }) => ({
    pool,
    quantity,
    ...(confirmed === undefined ? {} : { confirmed }),
    ...(returned === undefined ? {} : { returned }),
  }));
  const value = { id, status, version, lines: shown, updatedAtMs };
  return expiresAtMs === undefined ? value : { ...value, expiresAtMs };
}
