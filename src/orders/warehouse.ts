// What a warehouse tells, in its own words and under its own ids: each event takes effect once, whoever
// sends it and however often. One that comes too early is refused as not yet, and may be sent again.

import type {
  DeliveryFailedCommand,
  InspectReturnCommand,
  ReceiveReturnCommand,
  ReturnCarrierCommand,
} from '../kernel/return-commands.ts';
import type { Answer, CallOptions } from '../stock.ts';
import type { Return } from './return-view.ts';
import type { Returns } from './returns.ts';

/** Its `event` is the warehouse's id of it. */
export type WarehouseEvent =
  | ({ type: 'delivery' } & Required<Pick<DeliveryFailedCommand, 'event'>> & DeliveryFailedCommand)
  | ({ type: 'carrier' } & Required<Pick<ReturnCarrierCommand, 'event'>> & ReturnCarrierCommand)
  | ({ type: 'received' } & Required<Pick<ReceiveReturnCommand, 'event'>> & ReceiveReturnCommand)
  | ({ type: 'inspected' } & Required<Pick<InspectReturnCommand, 'event'>> & InspectReturnCommand);

export class Warehouse {
  readonly #returns: Returns;

  constructor(returns: Returns) {
    this.#returns = returns;
  }

  async take(told: WarehouseEvent, { principal }: CallOptions = {}): Promise<Answer<Return>> {
    const { type, ...command } = told;
    const known =
      'order' in command
        ? await this.#returns.begunBy(command.order, command.event)
        : await this.#returns.seen(command.return, command.event);
    if (known !== undefined) return { ok: true, repeated: true, value: known };
    const key = `warehouse/${command.event}`;
    const options = principal === undefined ? { key } : { key, principal };
    return this.#carryOut(told, options);
  }

  #carryOut(told: WarehouseEvent, options: CallOptions): Promise<Answer<Return>> {
    const { type, ...command } = told;
    switch (type) {
      case 'delivery':
        return this.#returns.deliveryFailed(command as DeliveryFailedCommand, options);
      case 'carrier':
        return this.#returns.carrier(command as ReturnCarrierCommand, options);
      case 'received':
        return this.#returns.receive(command as ReceiveReturnCommand, options);
      case 'inspected':
        return this.#returns.inspect(command as InspectReturnCommand, options);
    }
  }
}
