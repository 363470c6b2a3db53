// A reader that follows the journal by positions, through whichever server is there, over everything
// that happens to servers and database. Knows what it has read, and finds what was skipped, came twice
// or was another thing the next time.

import { createHash } from 'node:crypto';
import type { AcknowledgedLog } from '../acknowledged-log.ts';
import type { Reply, Sender } from '../http-client.ts';

const PAGE = 1_000;

interface Shown {
  position: number;
  reservations: { id: string; version: number }[];
}

export class JournalReader {
  readonly wrong: string[] = [];
  /** What stands at each position; the first is at 0. */
  readonly #digests: string[] = [];
  readonly #versions = new Map<string, number>();
  #journal: unknown;

  get position(): number {
    return this.#digests.length;
  }

  /** Reads one page on; says how many entries came. */
  async readOn(server: Sender): Promise<number> {
    const { body } = await page(server, this.position);
    this.#journal ??= body.journal;
    if (body.journal !== this.#journal) this.wrong.push(`now it is the journal ${body.journal}`);
    const entries = body.entries as Shown[];
    for (const entry of entries) {
      if (entry.position !== this.position + 1) {
        this.wrong.push(`after ${this.position} came ${entry.position}`);
        return 0;
      }
      this.#digests.push(digestOf(entry));
      this.#note(entry);
    }
    return entries.length;
  }

  async readToEnd(server: Sender): Promise<void> {
    while ((await this.readOn(server)) > 0);
  }

  /** Compares what stands after a position now with what stood there when it was read. */
  async compareFrom(server: Sender, after: number): Promise<void> {
    let at = after;
    while (at < this.position) {
      const { body } = await page(server, at);
      const entries = (body.entries as Shown[]).slice(0, this.position - at);
      if (entries.length === 0) {
        this.wrong.push(`nothing stands after ${at} any more, of ${this.position}`);
        return;
      }
      for (const entry of entries) {
        const before = this.#digests[at];
        at += 1;
        if (entry.position === at && digestOf(entry) === before) continue;
        this.wrong.push(`at ${at} stands another entry than was read: ${JSON.stringify(entry)}`);
        return;
      }
    }
  }

  /** Every acknowledged state of a reservation must have come by. */
  compareWith(log: AcknowledgedLog): void {
    for (const { command, reply } of log.accepted.values()) {
      if (command.verb === 'receive') continue;
      const version = `${reply.body.id} version ${reply.version}`;
      if (!this.#versions.has(version)) this.wrong.push(`no entry told of ${version}`);
    }
  }

  #note({ position, reservations }: Shown): void {
    for (const { id, version } of reservations) {
      const name = `${id} version ${version}`;
      const before = this.#versions.get(name);
      if (before !== undefined) this.wrong.push(`${name} stands at ${before} and at ${position}`);
      this.#versions.set(name, position);
    }
  }
}

function page(server: Sender, after: number): Promise<Reply> {
  return server.send({ method: 'GET', path: `/v1/journal?after=${after}&limit=${PAGE}` });
}

function digestOf(entry: object): string {
  return createHash('sha1').update(JSON.stringify(entry)).digest('base64');
}
