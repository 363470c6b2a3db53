// A real stripe-mock for tests: Stripe's own stand-in, which checks requests against Stripe's OpenAPI
// document and answers with fixtures. It keeps nothing between requests. It ends with this process.

import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { lastingPort } from './free-port.ts';
import { missing, programOf } from './needs.ts';
import { atProcessEnd } from './postgres/server.ts';

/** The address of a running one: `http://127.0.0.1:12111`. */
export const STRIPE_MOCK_VARIABLE = 'STRIPE_MOCK';
const READY_MAX_MS = 60_000;
const POLL_MS = 20;

/** Why a test that needs it is skipped; undefined when it is there, or CI forbids skipping. */
export function stripeMockMissing(): string | undefined {
  return missing('stripe-mock');
}

/** Its address. */
export async function provideStripeMock(): Promise<string> {
  const named = process.env[STRIPE_MOCK_VARIABLE];
  if (named !== undefined) return named;
  const address = `127.0.0.1:${await lastingPort()}`;
  const args = ['-http-addr', address];
  const child = spawn(programOf('stripe-mock')!, args, { stdio: 'ignore' });
  child.unref();
  atProcessEnd(() => void child.kill('SIGKILL'));
  const untilMs = performance.now() + READY_MAX_MS;
  while (!(await answers(address))) {
    if (child.exitCode !== null || performance.now() > untilMs) {
      throw new Error('stripe-mock did not start');
    }
    await delay(POLL_MS);
  }
  return `http://${address}`;
}

async function answers(address: string): Promise<boolean> {
  const reply = await fetch(`http://${address}/v1/charges`).catch(() => undefined);
  await reply?.body?.cancel();
  return reply !== undefined;
}
