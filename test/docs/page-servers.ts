// A server for the programs of each page that speaks to one: empty at the start of the page, and the
// same for all of its programs. For a page about Kafka one that relays to a topic, with a first pool.

import { MemoryEngine } from '../../src/engines/memory.ts';
import { type RunningServer, startServer } from '../../src/http/server.ts';
import { KafkaPublisher } from '../../src/kafka/kafka-publisher.ts';
import { Stock } from '../../src/stock.ts';
import { freshName, provideKafka } from '../support/kafka.ts';

const ADDRESS = 'localhost:8080';
const TOPIC = '127.0.0.1:9092/events';

/** Whether a text speaks to a topic. */
export function namesKafka(text: string): boolean {
  return text.includes(TOPIC);
}

interface PageServer {
  stock: Stock;
  server: RunningServer;
  /** What it relays to. */
  topic?: string;
}

export class PageServers {
  readonly #servers = new Map<string, PageServer>();

  /** The program, speaking to the page's server instead of port 8080. */
  async pointAt(page: string, program: string): Promise<string> {
    if (!program.includes(ADDRESS) && !namesKafka(program)) return program;
    const known = this.#servers.get(page);
    const { server, topic } = known ?? (await this.#start(page, namesKafka(program)));
    const pointed = program.replaceAll(ADDRESS, new URL(server.url).host);
    return topic === undefined ? pointed : pointed.replaceAll(TOPIC, topic);
  }

  async close(): Promise<void> {
    for (const { server, stock } of this.#servers.values()) {
      await server.close();
      await stock.close();
    }
  }

  async #start(page: string, relays: boolean): Promise<PageServer> {
    const stock = await Stock.open(new MemoryEngine());
    const started = relays
      ? await startRelaying(stock)
      : { stock, server: await startServer({ stock, port: 0 }) };
    this.#servers.set(page, started);
    return started;
  }
}

async function startRelaying(stock: Stock): Promise<PageServer> {
  const [broker, topic] = [await provideKafka(), freshName('page')];
  await stock.putPool({ pool: 'tea' });
  const publisher = new KafkaPublisher({ brokers: [broker], topic });
  const server = await startServer({ stock, port: 0, publisher });
  return { stock, server, topic: `${broker}/${topic}` };
}
