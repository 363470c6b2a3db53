// How a history's commands reach a shop: one method, whatever is behind it. What it throws means that
// nobody knows what became of the command.

import type { Command, Result } from '../../src/history/operation.ts';

export interface ShopClient {
  /** `ids` gives the shop's own id for the name of a reservation. */
  send(command: Command, options: SendOptions): Promise<Result>;
}

export interface SendOptions {
  key?: string | undefined;
  ids: ReadonlyMap<string, string>;
}

/** Answers that say nothing about what happened. */
const OPEN_CODES = new Set(['contended', 'overloaded', 'unavailable', 'disk-full', 'internal']);

export function refused(code: string): Result {
  if (OPEN_CODES.has(code) || code === 'request-in-flight') return { kind: 'unknown', why: code };
  return { kind: 'refused', code };
}
