// Takes one event of a warehouse: its own shape, its own answer. Whatever is wrong with it ends here, as
// a problem among the results; nothing of it may reach its neighbours.

import type { JsonObject } from '../engines/contract.ts';
import { HoldfastError } from '../errors.ts';
import type { Warehouse, WarehouseEvent } from '../orders/warehouse.ts';
import { shapeCheck } from './check-shape.ts';
import { type Problem, type ProblemCode, problem } from './problem.ts';
import { readTold, showReturn } from './return-views.ts';
import {
  type ReturnOutside,
  WAREHOUSE_EVENTS,
  type WarehouseEventType,
} from './shapes/return-shapes.ts';

export interface EventResult {
  id?: string;
  status: number;
  replayed?: true;
  return?: ReturnOutside;
  problem?: Problem;
}

const SHAPES = Object.fromEntries(
  Object.entries(WAREHOUSE_EVENTS).map(([type, shape]) => [type, shapeCheck(shape, 'event')]),
) as Record<WarehouseEventType, ReturnType<typeof shapeCheck>>;

export async function eventResult(
  warehouse: Warehouse,
  item: unknown,
  principal: string,
): Promise<EventResult> {
  const { id, type } = (item ?? {}) as { id?: unknown; type?: unknown };
  const named = typeof id === 'string' ? { id } : {};
  const failed = (code: ProblemCode, details?: JsonObject): EventResult => {
    const said = problem(code, details);
    return { ...named, status: said.status, problem: said };
  };
  if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) {
    const expected = Object.keys(SHAPES).join(', ');
    return failed('invalid-request', { field: 'type', expected });
  }
  const wrong = SHAPES[type as WarehouseEventType](item);
  if (wrong !== undefined) {
    return failed('invalid-request', { field: wrong.field, expected: wrong.expected });
  }
  try {
    const event = readEvent(item as OutsideEvent);
    if ('ok' in event) return failed(event.code, event.details);
    const answer = await warehouse.take(event, { principal });
    if (!answer.ok) return failed(answer.code, answer.details);
    const shown = showReturn(answer.value);
    const status = event.type === 'delivery' ? 201 : 200;
    return { ...named, status, ...(answer.repeated ? { replayed: true } : {}), return: shown };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return failed(error.code, error.details);
  }
}

interface OutsideEvent {
  id: string;
  type: WarehouseEventType;
  at?: string;
  reference?: string;
}

/** In the words of the library. */
function readEvent({ id: event, type: said, ...rest }: OutsideEvent) {
  const [about, what] = said.split('.') as ['delivery' | 'return', string];
  if (what === 'received' || what === 'inspected') {
    return { ...rest, event, type: what } as unknown as WarehouseEvent;
  }
  const { at, reference, ...subject } = rest;
  const read = readTold({
    ...(at === undefined ? {} : { at }),
    ...(reference === undefined ? {} : { reference }),
  });
  if (!read.ok) return read;
  const type = about === 'delivery' ? 'delivery' : 'carrier';
  return { ...subject, ...read.told, event, type, carrier: what } as unknown as WarehouseEvent;
}
