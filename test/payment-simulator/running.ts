// The payment simulator as tests use it: within this process, or as one of its own that can be killed;
// and the buyer's side of it, its ledger and its queue over HTTP.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  BuyerAsk,
  CallbacksAnswer,
  LedgerAnswer,
  Movement,
  PaymentAnswer,
} from '../../src/payment-simulator/wire.ts';
import { seen } from '../cli/cli-process.ts';

const CLI = join(import.meta.dirname, '../../src/cli/main.ts');
const SETTLED_MAX_MS = 60_000;
const POLL_MS = 20;

const RUNNING = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of RUNNING) child.kill('SIGKILL');
});

export interface SimulatorProcess {
  url: string;
  /** `kill -9` */
  kill(): Promise<void>;
}

export async function startSimulatorProcess(args: readonly string[]): Promise<SimulatorProcess> {
  const command = [CLI, 'payment-simulator', '--json', ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  RUNNING.add(child);
  const exited = once(child, 'exit');
  child.once('exit', () => RUNNING.delete(child));
  const [, url] = await seen(child.stdout as Readable, /"url":"(http:[^"]+)"/);
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { url: url!, kill };
}

/** What the buyer does. @throws when it is refused */
export async function pay(url: string, reference: string, ask: BuyerAsk): Promise<PaymentAnswer> {
  const { status, body } = await post(`${url}/pay/${reference}`, ask);
  assert.equal(status, 200, JSON.stringify(body));
  return body as PaymentAnswer;
}

export async function post(url: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const headers = { 'Content-Type': 'application/json' };
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: reply.status, body: await reply.json() };
}

/** Every movement, page by page, and the sums that stand below. */
export async function wholeLedger(url: string, limit = 1_000): Promise<LedgerAnswer> {
  const movements: Movement[] = [];
  for (let after = 0; ; ) {
    const reply = await fetch(`${url}/ledger?after=${after}&limit=${limit}`);
    assert.equal(reply.status, 200);
    const page = (await reply.json()) as LedgerAnswer;
    movements.push(...page.movements);
    if (page.next === undefined) return { movements, sums: page.sums };
    after = page.next;
  }
}

/** Waits until it owes no callback. */
export async function settled(url: string): Promise<CallbacksAnswer> {
  const untilMs = performance.now() + SETTLED_MAX_MS;
  for (;;) {
    const counts = await owed(url);
    if (counts.waiting === 0) return counts;
    assert.ok(performance.now() < untilMs, `it never settles: ${JSON.stringify(counts)}`);
    await delay(POLL_MS);
  }
}

/** How its callbacks stand. */
export async function owed(url: string): Promise<CallbacksAnswer> {
  return (await (await fetch(`${url}/callbacks`)).json()) as CallbacksAnswer;
}
