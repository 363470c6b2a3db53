// A server for the programs of each page that speaks to one: empty at the start of the page, and the
// same for all of its programs.

import { MemoryEngine } from '../../src/engines/memory.ts';
import { type RunningServer, startServer } from '../../src/http/server.ts';
import { Stock } from '../../src/stock.ts';

const ADDRESS = 'localhost:8080';

interface PageServer {
  stock: Stock;
  server: RunningServer;
}

export class PageServers {
  readonly #servers = new Map<string, PageServer>();

  /** The program, speaking to the page's server instead of port 8080. */
  async pointAt(page: string, program: string): Promise<string> {
    if (!program.includes(ADDRESS)) return program;
    const { server } = this.#servers.get(page) ?? (await this.#start(page));
    return program.replaceAll(ADDRESS, new URL(server.url).host);
  }

  async close(): Promise<void> {
    for (const { server, stock } of this.#servers.values()) {
      await server.close();
      await stock.close();
    }
  }

  async #start(page: string): Promise<PageServer> {
    const stock = await Stock.open(new MemoryEngine());
    const started = { stock, server: await startServer({ stock, port: 0 }) };
    this.#servers.set(page, started);
    return started;
  }
}
