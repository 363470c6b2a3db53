// Lets go of what a store in Redis need not keep: documents a day after they became final, and requests that
// the record remembers no more. A small part in each step, all of it once in an hour, by the server that leads.
// Nothing goes before it is recorded.

import { requestOf } from './batch-names.ts';
import type { Send } from './connection.ts';
import type { StoreKeys } from './keys.ts';
import { type Place, reaches, readPlace } from './place.ts';
import type { Remembering } from './remembering.ts';
import { callFunction } from './scripted.ts';

/** A document stays for so long after it became final. */
export const KEPT_MS = 86_400_000;
/** So often the leading server takes a step. */
export const STEP_MS = 1_000;
/** All of a store is looked at this often while a document is kept. */
const PASSES = 24;
/** Looked at in one step: half a millisecond of Redis at most. */
const PART_MIN = 100;
const PART_MAX = 1_000;

interface DeparturesOptions {
  send: Send;
  keys: StoreKeys;
  epoch: number;
  remembering: Pick<Remembering, 'remembers'> & { past: Pick<Remembering['past'], 'documents'> };
  keptMs: number;
  nowMs(): number;
}

export class Departures {
  readonly #options: DeparturesOptions;
  /** Where the next parts begin, as Redis says it. */
  #documentsFrom = '0';
  #requestsFrom = '0';
  /** Since this server opened the store. */
  readonly gone = { documents: 0, requests: 0 };

  constructor(options: DeparturesOptions) {
    this.#options = options;
  }

  /** `recorded`: how far the record is, at least. */
  async step(recorded: Place): Promise<void> {
    await this.#documents();
    await this.#requests(recorded);
  }

  async #documents(): Promise<void> {
    const { keys, epoch, remembering, keptMs, nowMs } = this.#options;
    const part = await this.#part(keys.documents);
    const values = [this.#documentsFrom, String(part), String(nowMs() - keptMs)];
    const reply = await this.#call('aged', { keys: [keys.documents], values });
    const [next, ...found] = (reply as Buffer[]).map(String) as [string, ...string[]];
    this.#documentsFrom = next;
    const versions = new Map(pairs(found));
    if (versions.size === 0) return;
    const recorded = (await remembering.past.documents([...versions.keys()])).filter((each) => {
      return each?.final === true && versions.get(each.id) === String(each.version);
    });
    const seen = recorded.flatMap((each) => [each!.id, String(each!.version)]);
    if (seen.length === 0) return;
    const from = [keys.metadata, keys.documents];
    const gone = await this.#call('leave', { keys: from, values: [String(epoch), ...seen] });
    this.gone.documents += Number(gone);
  }

  async #requests(recorded: Place): Promise<void> {
    const { send, keys, epoch, remembering } = this.#options;
    const part = String(await this.#part(keys.requests));
    const reply = await send('HSCAN', keys.requests, this.#requestsFrom, 'COUNT', part);
    const [next, fields] = reply as [Buffer, Buffer[]];
    this.#requestsFrom = String(next);
    const seen = pairs(fields.map(String)).filter(([, at]) => reaches(recorded, readPlace(at)));
    if (seen.length === 0) return;
    const remembered = await remembering.remembers(seen.map(([key]) => requestOf(key)));
    const over = seen.filter((_, index) => !remembered[index]).flat();
    if (over.length === 0) return;
    const from = [keys.metadata, keys.requests];
    const gone = await this.#call('forget', { keys: from, values: [String(epoch), ...over] });
    this.gone.requests += Number(gone);
  }

  /** How many to look at now. */
  async #part(key: string): Promise<number> {
    const size = Number(await this.#options.send('HLEN', key));
    const steps = Math.max(1, this.#options.keptMs / PASSES / STEP_MS);
    return Math.min(PART_MAX, Math.max(PART_MIN, Math.ceil(size / steps)));
  }

  #call(name: 'aged' | 'leave' | 'forget', named: { keys: string[]; values: string[] }) {
    return callFunction(this.#options.send, name, named);
  }
}

function pairs(list: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let at = 0; at < list.length; at += 2) found.push([list[at]!, list[at + 1]!]);
  return found;
}
