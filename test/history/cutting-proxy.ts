// A TCP proxy before a server that can be killed and started again behind it: passes on what it gets,
// late now and then, and cuts connections before a request went through or before its answer came back.
// Never passes on a part of a request later than its cut.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../crash/random.ts';

const FAULTS = ['cut before', 'cut after', 'late request', 'slow reply'] as const;
type Fault = (typeof FAULTS)[number] | undefined;

export interface ProxyFaults {
  random: Random;
  /** Of 1000 requests, how many meet one. */
  perMille: number;
  lateMaxMs: number;
  on: boolean;
}

export class CuttingProxy {
  readonly port: number;
  targetPort = 0;
  readonly faults: ProxyFaults;
  readonly counts: Record<string, number> = {};
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, faults: ProxyFaults) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.faults = faults;
    server.on('connection', (socket: Socket) => this.#serve(socket));
  }

  static async open(faults: ProxyFaults): Promise<CuttingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttingProxy(server, faults);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(client: Socket): void {
    const server = connect(this.targetPort, '127.0.0.1');
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    let fault: Fault;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', cut);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    client.on('data', (chunk) => {
      fault = this.#draw();
      if (fault === 'cut before') cut();
      else if (fault === 'late request') this.#later(server, chunk);
      else server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (fault === 'cut after') cut();
      else if (fault === 'slow reply') this.#later(client, chunk);
      else client.write(chunk);
    });
  }

  #draw(): Fault {
    const { random, perMille, on } = this.faults;
    if (!on || !random.chance(perMille / 1_000)) return undefined;
    const fault = random.pick(FAULTS);
    this.counts[fault] = (this.counts[fault] ?? 0) + 1;
    return fault;
  }

  async #later(to: Socket, chunk: Buffer): Promise<void> {
    await delay(this.faults.random.whole(1, this.faults.lateMaxMs));
    if (!to.destroyed) to.write(chunk);
  }
}
