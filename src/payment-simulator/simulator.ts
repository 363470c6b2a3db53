// The payment simulator as a whole: opens its file, takes up the callbacks that it still owes, serves.

import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { buyerRoutes } from './buyer-routes.ts';
import { CallbackQueue } from './callback-queue.ts';
import { Chance } from './chance.ts';
import { Courier } from './courier.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import { addFaultyAnswers } from './faulty-answers.ts';
import { openLedgerFile } from './ledger-file.ts';
import { operatorRoutes } from './operator-routes.ts';
import type { Parts } from './parts.ts';
import { Payments } from './payments.ts';
import { addProblems } from './problems.ts';
import { shopRoutes } from './shop-routes.ts';

/** For trying out: everybody knows it. */
export const SECRET_DEFAULT = `whsec_${createHash('sha256').update('holdfast payment-simulator').digest('base64')}`;
export const RETRY_FOR_DEFAULT_MS = 10 * 60_000;

export interface SimulatorOptions {
  /** The ledger's file. Without one nothing is kept. */
  data?: string;
  /** 0 takes any free port. */
  port: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** What callbacks are signed with: `whsec_` and base64. */
  secret?: string;
  /** The same seed has the same faults. Default 1. */
  seed?: number;
  faults?: Partial<Faults>;
  /** For how long a callback is tried that nobody takes. Default 10 minutes. */
  retryForMs?: number;
}

export interface RunningSimulator {
  url: string;
  close(): Promise<void>;
}

/**
 * @throws RangeError for a file that is no ledger, or a secret that is none; the system's error when the
 * port is taken.
 */
export async function startPaymentSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { data = ':memory:', port, host = '127.0.0.1', seed = 1 } = options;
  const { secret = SECRET_DEFAULT, retryForMs = RETRY_FOR_DEFAULT_MS } = options;
  checkSecret(secret);
  const db = openLedgerFile(data);
  const faults: Faults = { ...NO_FAULTS, ...options.faults };
  const chance = new Chance(seed);
  const now = () => Date.now();
  const callbacks = new CallbackQueue(db, chance, () => faults);
  const payments = new Payments(db, callbacks, now);
  let url = '';
  const app = await buildApp({ db, payments, callbacks, faults, url: () => url }, chance);
  try {
    await app.listen({ host, port });
  } catch (error) {
    db.close();
    throw error;
  }
  url = addressOf(app);
  const parts = { queue: callbacks, chance, faults: () => faults, secret, retryForMs, now };
  const courier = new Courier(parts);
  const close = async () => {
    await app.close();
    await courier.stop();
    db.close();
  };
  return { url, close };
}

async function buildApp(parts: Parts, chance: Chance): Promise<FastifyInstance> {
  const app = Fastify({
    forceCloseConnections: 'idle',
    // What is not as the shapes say is refused, not mended.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  addProblems(app);
  app.register(async (shop) => {
    addFaultyAnswers(shop, chance, () => parts.faults);
    shopRoutes(shop, parts);
  });
  app.register(async (rest) => {
    buyerRoutes(rest, parts);
    operatorRoutes(rest, parts);
  });
  await app.ready();
  return app;
}

function addressOf(app: FastifyInstance): string {
  const { address, port, family } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function checkSecret(secret: string): void {
  try {
    if (secret.startsWith('whsec_') && new Webhook(secret).sign('id', new Date(0), '') !== '')
      return;
  } catch {
    // Said below.
  }
  throw new RangeError('a secret is whsec_ and then base64');
}
