// The bounds of every command: what is refused before any stock is looked at, with the field that
// is wrong. Callers in process and over HTTP meet the same checks.

import type { JsonObject, RequestName } from '../engines/contract.ts';
import {
  type AdjustCommand,
  type ChangeCommand,
  type ConfirmCommand,
  type ExtendCommand,
  HOLD_DEFAULT_MS,
  type PutPoolCommand,
  type QuantityLine,
  type ReceiveCommand,
  type ReserveCommand,
  type TransferCommand,
} from './commands.ts';
import { type Refused, refuse } from './refusals.ts';
import { SEGMENTS_MAX } from './segments.ts';

export const QUANTITY_MAX = 1_000_000_000;
export const LINES_MAX = 5_000;
export const TEXT_MAX = 256;
export const METADATA_MAX = 2_048;
/** Sixty days. */
export const HOLD_MAX_MS = 60 * 86_400_000;
const HOLD_MIN_MS = 1;

// `.` and `..` name no address: clients drop them from a URL's path (RFC 3986, section 5.2.4).
const POOL_ID = /^(?!\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
// U+0000 would end a string in PostgreSQL and lone surrogates have no UTF-8 form.
const NUL = '\0';
const utf8 = new TextEncoder();

type Checked = Refused | undefined;

export function invalid(field: string, expected: string): Refused {
  return refuse('invalid-request', { field, expected });
}

export function checkPool(id: unknown, field: string): Checked {
  if (typeof id === 'string' && POOL_ID.test(id)) return undefined;
  return invalid(field, '1 to 128 characters of A-Z a-z 0-9 . _ : @ -, not . or .. alone');
}

/** The name of a thing that a shop sets up: it stands in ids, addresses and codes. */
export function checkName(name: unknown, field: string): Checked {
  if (typeof name === 'string' && NAME.test(name)) return undefined;
  return invalid(field, '1 to 64 characters of A-Z a-z 0-9 . _ -, a letter or digit first');
}

export function checkWhole(value: unknown, field: string, min = 1, max = QUANTITY_MAX): Checked {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) {
    return undefined;
  }
  return invalid(field, `a whole number from ${min} to ${max}`);
}

/** Text that every store can keep: 1 to `max` characters, no U+0000, no lone surrogate. */
export function checkText(value: unknown, field: string, max = TEXT_MAX): Checked {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.length === 0 || value.length > max) {
    return invalid(field, `text of 1 to ${max} characters`);
  }
  if (value.includes(NUL) || !value.isWellFormed()) {
    return invalid(field, 'text without U+0000 and without lone surrogates');
  }
  return undefined;
}

export function checkRequestName({ principal, key }: RequestName): Checked {
  return checkText(key, 'key') ?? checkText(principal, 'principal');
}

export function checkMetadata(metadata: JsonObject | undefined): Checked {
  if (metadata === undefined) return undefined;
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    return invalid('metadata', 'an object');
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(metadata) as string | undefined;
  } catch {
    // Nested deeper than the stack, or not JSON at all.
    return invalid('metadata', 'JSON that is not nested too deep');
  }
  // An object with a `toJSON` of its own may come out as anything.
  if (!text?.startsWith('{')) return invalid('metadata', 'an object');
  if (utf8.encode(text).length > METADATA_MAX) {
    return invalid('metadata', `at most ${METADATA_MAX} bytes of JSON`);
  }
  // JSON writes both as escapes; what is kept must not come out as them.
  if (/(?<!\\)(?:\\\\)*\\(?:u0000|ud[89a-f])/i.test(text)) {
    return invalid('metadata', 'text without U+0000 and without lone surrogates');
  }
  return undefined;
}

/** What the caller does to its object afterwards must not change what is kept. */
export function withOwnMetadata(command: ReserveCommand): ReserveCommand {
  const { metadata } = command;
  if (metadata === undefined) return command;
  // As a durable store keeps it: a structured clone would keep dates, and throw on functions.
  return { ...command, metadata: JSON.parse(JSON.stringify(metadata)) };
}

export function checkLines(lines: unknown, quantityMin = 1): Checked {
  if (!Array.isArray(lines) || lines.length === 0 || lines.length > LINES_MAX) {
    return invalid('lines', `1 to ${LINES_MAX} lines`);
  }
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as QuantityLine | null;
    if (typeof line !== 'object' || line === null) return invalid(`lines/${index}`, 'an object');
    const wrong =
      checkPool(line.pool, `lines/${index}/pool`) ??
      checkWhole(line.quantity, `lines/${index}/quantity`, quantityMin);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** A time, in ms since 1970; none where it may be missing. */
export function checkMoment(
  ms: number | undefined,
  field: string,
  maxMs = Number.MAX_SAFE_INTEGER,
): Checked {
  return ms === undefined ? undefined : checkWhole(ms, field, 0, maxMs);
}

export function checkHold(ms: number | undefined, field: string): Checked {
  return ms === undefined ? undefined : checkWhole(ms, field, HOLD_MIN_MS, HOLD_MAX_MS);
}

export function checkReserve(command: ReserveCommand): Checked {
  const wrong =
    checkLines(command.lines) ??
    checkText(command.buyer, 'buyer') ??
    checkText(command.reference, 'reference') ??
    checkHold(command.holdForMs, 'holdFor') ??
    checkHold(command.holdCapMs, 'holdCap') ??
    checkMetadata(command.metadata);
  if (wrong !== undefined) return wrong;
  for (let index = 0; index < command.lines.length; index += 1) {
    const { quantity, quantityMin } = command.lines[index]!;
    if (quantityMin === undefined) continue;
    const off = checkWhole(quantityMin, `lines/${index}/quantityMin`, 0, quantity);
    if (off !== undefined) return off;
  }
  if (
    command.holdCapMs !== undefined &&
    command.holdCapMs < (command.holdForMs ?? HOLD_DEFAULT_MS)
  ) {
    return invalid('holdCap', 'at least holdFor');
  }
  return undefined;
}

export function checkConfirm(command: ConfirmCommand): Checked {
  return command.lines === undefined ? undefined : checkLines(command.lines, 0);
}

export function checkExtend(command: ExtendCommand): Checked {
  return checkWhole(command.holdForMs, 'holdFor', HOLD_MIN_MS, HOLD_MAX_MS);
}

/** Also for what comes back after a sale. */
export function checkChange(command: Pick<ChangeCommand, 'lines'>): Checked {
  return checkLines(command.lines);
}

export function checkPutPool(command: PutPoolCommand): Checked {
  return (
    checkPool(command.pool, 'pool') ??
    (command.home === undefined ? undefined : checkPool(command.home, 'home')) ??
    (command.product === undefined ? undefined : checkPool(command.product, 'product')) ??
    checkText(command.place, 'place', 128) ??
    (command.segments === undefined
      ? undefined
      : checkWhole(command.segments, 'segments', 1, SEGMENTS_MAX))
  );
}

export function checkReceive(command: ReceiveCommand): Checked {
  return (
    checkPool(command.pool, 'pool') ??
    checkWhole(command.quantity, 'quantity') ??
    checkText(command.reference, 'reference')
  );
}

export function checkAdjust(command: AdjustCommand): Checked {
  const wrong =
    checkPool(command.pool, 'pool') ??
    checkWhole(command.quantity, 'quantity', -QUANTITY_MAX) ??
    checkText(command.reason, 'reason');
  if (wrong !== undefined) return wrong;
  return command.quantity === 0 ? invalid('quantity', 'not zero') : undefined;
}

export function checkTransfer(command: TransferCommand): Checked {
  const wrong =
    checkPool(command.from, 'from') ??
    checkPool(command.to, 'to') ??
    checkWhole(command.quantity, 'quantity') ??
    checkText(command.reference, 'reference');
  if (wrong !== undefined) return wrong;
  return command.from === command.to ? invalid('to', 'another pool than "from"') : undefined;
}
