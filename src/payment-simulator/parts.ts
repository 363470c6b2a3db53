// What the routes of the simulator share, and how they answer about a payment.

import type { DatabaseSync } from 'node:sqlite';
import type { FastifyReply } from 'fastify';
import type { CallbackQueue } from './callback-queue.ts';
import type { Faults } from './faults.ts';
import type { KeptPayment, Payments, Told } from './payments.ts';
import { refuse } from './problems.ts';
import type { PaymentAnswer, WireTruth } from './wire.ts';

export interface Parts {
  db: DatabaseSync;
  payments: Payments;
  callbacks: CallbackQueue;
  faults: Faults;
  /** Where buyers find it; known once it listens. */
  url: () => string;
}

export function answerTo(reply: FastifyReply, parts: Parts, told: Told): FastifyReply {
  if (!told.ok) return refuse(reply, told.error, told.message);
  return reply.send(paymentAnswer(told.payment, told.truth, parts.url()));
}

function paymentAnswer(kept: KeptPayment, truth: WireTruth, url: string): PaymentAnswer {
  const { id: payment, order, reference, amount, currency, capture } = kept;
  const payUrl = `${url}/pay/${reference}`;
  return { payment, order, reference, amount, currency, capture, payUrl, truth };
}
