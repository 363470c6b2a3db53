// The bounds of every command about orders: what is refused before any stock is looked at, with the
// field that is wrong.

import { checkCode, checkVouchers } from './check-campaign.ts';
import {
  checkHold,
  checkLines,
  checkMetadata,
  checkPool,
  checkText,
  checkWhole,
  invalid,
  LINES_MAX,
} from './check-command.ts';
import { checkAmount, checkCurrency, checkMoney } from './money.ts';
import type {
  CancelOrderCommand,
  FulfilCommand,
  OrderCommand,
  OrderPolicyCommand,
  PaidCommand,
  VoucherCommand,
} from './order-commands.ts';
import { checkPass } from './order-pass.ts';
import type { Refused } from './refusals.ts';

type Checked = Refused | undefined;

/** All lines of an order together, times the basis points of a share, stay exact: 1.8 million euro a line. */
const LINE_PRICE_MAX = Math.floor(Number.MAX_SAFE_INTEGER / (LINES_MAX * 10_000));

export function checkOrder(command: OrderCommand): Checked {
  return (
    checkLines(command.lines) ??
    checkPrices(command) ??
    checkText(command.buyer, 'buyer') ??
    checkVouchers(command.vouchers) ??
    (command.channel === undefined ? undefined : checkPool(command.channel, 'channel')) ??
    checkText(command.reference, 'reference') ??
    checkPlanned(command) ??
    checkPass(command.pass) ??
    checkHold(command.holdForMs, 'holdFor') ??
    (command.total === undefined ? undefined : checkMoney(command.total, 'total')) ??
    checkMetadata(command.metadata)
  );
}

/** Its stages add up to its total, which must be known when it is made. */
function checkPlanned({ plan, lines }: OrderCommand): Checked {
  if (plan === undefined) return undefined;
  const partial = lines.findIndex(({ quantityMin }) => quantityMin !== undefined);
  if (partial >= 0) return invalid(`lines/${partial}/quantityMin`, 'none with a plan');
  return checkPool(plan, 'plan');
}

/** All lines have a price and the order a currency, or none; never prices and a total. */
function checkPrices({ lines, currency, total }: OrderCommand): Checked {
  const priced = lines[0]!.unitPrice !== undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const { unitPrice, quantity, quantityMin } = lines[index]!;
    if (quantityMin !== undefined) {
      const wrong = checkWhole(quantityMin, `lines/${index}/quantityMin`, 0, quantity);
      if (wrong !== undefined) return wrong;
    }
    if ((unitPrice !== undefined) !== priced) {
      return invalid(`lines/${index}/unitPrice`, 'a price on all lines, or on none');
    }
    const wrong = priced ? checkAmount(unitPrice, `lines/${index}/unitPrice`) : undefined;
    if (wrong !== undefined) return wrong;
    if (priced && unitPrice! * quantity > LINE_PRICE_MAX) {
      return invalid(`lines/${index}/unitPrice`, 'a price that can be added up');
    }
  }
  if (!priced) return currency === undefined ? undefined : invalid('currency', 'prices with it');
  if (total !== undefined) return invalid('total', 'either prices or a total');
  return checkCurrency(currency, 'currency');
}

export function checkOrderId(order: unknown): Checked {
  return typeof order === 'string' ? undefined : invalid('order', "an order's id");
}

export function checkCancelOrder(command: CancelOrderCommand): Checked {
  const { by } = command;
  if (by !== undefined && by !== 'buyer' && by !== 'shop') return invalid('by', 'buyer or shop');
  return checkOrderId(command.order) ?? checkText(command.reason, 'reason');
}

export function checkVoucher(command: VoucherCommand): Checked {
  return checkOrderId(command.order) ?? checkCode(command.code, 'code');
}

export function checkFulfil(command: FulfilCommand): Checked {
  return checkOrderId(command.order) ?? checkText(command.reference, 'reference');
}

export function checkPaid(command: PaidCommand): Checked {
  return checkFulfil(command) ?? checkText(command.stage, 'stage');
}

const CHOICES = {
  deduct: ['on-order', 'on-payment'],
  inProgress: ['any', 'one', 'latest'],
  onPaymentFailed: ['cancel', 'wait'],
  decides: ['at-once', 'queue'],
  capture: ['automatic', 'manual'],
} as const;

export function checkOrderPolicy(command: OrderPolicyCommand): Checked {
  for (const [field, choices] of Object.entries(CHOICES)) {
    const value = command[field as keyof typeof CHOICES];
    if (value !== undefined && !(choices as readonly string[]).includes(value)) {
      return invalid(field, choices.join(' or '));
    }
  }
  if (command.decides === 'queue' && command.deduct === 'on-payment') {
    return invalid('decides', 'at-once where units are taken on payment');
  }
  return (
    checkPool(command.channel, 'channel') ??
    checkHold(command.queueForMs, 'queueFor') ??
    checkHold(command.holdForMs, 'holdFor') ??
    checkHold(command.paymentForMs, 'paymentFor')
  );
}
