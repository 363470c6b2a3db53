// A server on files of its own that dies at a named point, and the same files opened again in the test's
// process, where it moves the time.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import type { CrashPoint } from '../../../src/engines/crash-point.ts';
import { openEngine } from '../../../src/engines/open.ts';
import { Stock } from '../../../src/stock.ts';
import { fastFolder } from '../../support/fast-folder.ts';
import { HttpClient, type Reply } from '../http-client.ts';
import { SERVE, ServerProcess } from '../server-process.ts';

const READY_WITHIN_MS = 60_000;

export type Send = (method: 'PUT' | 'POST', path: string, body?: object) => Promise<Reply['body']>;

export interface CrashPlan {
  count: number;
  work: (send: Send) => Promise<void>;
  /** What else the server is told. */
  env?: Record<string, string>;
}

export class CrashedServer {
  readonly #address: string;

  private constructor(address: string) {
    this.#address = address;
  }

  /** Starts a server that dies at the `count`th passing of a point, and does `work` until it does. */
  static async at(point: CrashPoint, { count, work, env = {} }: CrashPlan): Promise<CrashedServer> {
    const address = `sqlite:${join(fastFolder('crashed'), 'shop.db')}`;
    const server = await ServerProcess.start({
      program: SERVE,
      env: {
        HOLDFAST_ENGINE: address,
        HOLDFAST_WEBHOOK_PRIVATE: '127.0.0.0/8',
        HOLDFAST_CRASH_AT: `${point}:${count}`,
        ...env,
      },
    });
    assert.ok(await server.ready(READY_WITHIN_MS), server.stderr);
    const client = new HttpClient(server.port);
    const send: Send = async (method, path, body) => {
      const reply = await client.send({ method, path, ...(body === undefined ? {} : { body }) });
      assert.ok(reply.status < 300, JSON.stringify(reply.body));
      return reply.body;
    };
    try {
      await work(send);
      // What it does by itself takes a moment.
      await server.exited;
    } catch (error) {
      if (server.running) await server.kill();
      if (error instanceof assert.AssertionError) throw error;
    } finally {
      client.close();
    }
    return new CrashedServer(address);
  }

  async open(): Promise<{ stock: Stock; time: ManualTime }> {
    const time = new ManualTime(Date.now());
    const engine = await openEngine(this.#address, { time });
    return { stock: await Stock.open(engine, { sweep: false }), time };
  }
}
