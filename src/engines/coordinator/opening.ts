// Opens the parts of a store: those that it has must be named, and a new one is registered at home before
// a pool can live there. One that is away keeps the store from nothing but what needs it.

import { HoldfastError } from '../../errors.ts';
import type { Connections } from '../postgres/connections.ts';
import { lockSchema } from '../postgres/migrations.ts';
import { SILENT_MAX_MS } from '../postgres/shares.ts';
import { enterPart } from './entering.ts';
import { missingPart } from './missing-part.ts';
import { Part } from './part.ts';
import type { NamedPart } from './part-address.ts';
import { PartDatabases } from './part-databases.ts';
import { Parts } from './parts.ts';

interface OpeningParts {
  /** In the order of their names. */
  named: readonly NamedPart[];
  home: { connections: Connections; schema: string; journalId: string };
  /** How ids of pools begin, by the part's name. */
  registered: Readonly<Record<string, string>>;
  nowMs: number;
  /** Registers none. */
  existing: boolean;
  /** Whose databases are others now, by a move: these are registered anew. */
  moved: readonly string[];
}

/**
 * Undefined where all stands at home.
 *
 * @throws HoldfastError `unavailable`
 */
export async function openParts(opening: OpeningParts): Promise<Parts | undefined> {
  const { named, home, registered } = opening;
  for (const name of Object.keys(registered)) {
    if (named.every((each) => each.name !== name)) throw missingPart(name);
  }
  const stranger = opening.moved.find((name) => named.every((each) => each.name !== name));
  if (stranger !== undefined) throw new RangeError(`no part is called ${stranger}`);
  if (named.length === 0) return undefined;
  const all: Part[] = [];
  try {
    for (const each of named) {
      const part = await Part.of(each, home.journalId);
      all.push(part);
      await openPart(part, each, opening);
    }
    return new Parts(all);
  } catch (error) {
    await Promise.all(all.map((part) => part.close()));
    throw error;
  }
}

async function openPart(part: Part, named: NamedPart, opening: OpeningParts): Promise<void> {
  const { home, registered, existing, nowMs } = opening;
  const isMoved = opening.moved.includes(named.name);
  const { journalId } = home;
  const { name, prefix } = named;
  const known = Object.hasOwn(registered, name) ? registered[name] : undefined;
  if (known !== undefined) {
    if (known !== prefix) throw refusal(`the pools of the part ${name} begin with ${known}`);
    const isThere = await part
      .ask((at) => at.run({ name: '', text: 'SELECT 1' }))
      .then(
        () => true,
        () => false,
      );
    if (!isThere && isMoved) throw refusal(`the part ${name} cannot be reached`);
    if (!isThere) return;
  } else if (existing) throw refusal(`this store has no part ${name}`);
  await enterPart(part, { journalId, existing: known !== undefined });
  if (known === undefined) await register(named, opening);
  const databases = new PartDatabases(home);
  if (isMoved) await databases.accept(part, nowMs);
  await databases.check(part);
  part.found(part.losses);
}

/** Only where no pool has such an id yet, and nobody is at work who would make one at home. */
async function register({ name, prefix }: NamedPart, { home, nowMs }: OpeningParts): Promise<void> {
  const s = `"${home.schema}"`;
  await home.connections.transaction(async (connection) => {
    const ask = (text: string, values: unknown[]) => connection.run({ name: '', text }, values);
    // One server at a time, and none signs meanwhile that does not see the part then.
    await lockSchema(connection, home.schema);
    const taken = await ask(
      `SELECT id FROM ${s}.owner WHERE id >= $1::text AND starts_with(id, $1::text) LIMIT 1`,
      [prefix],
    );
    if (taken.length > 0) {
      throw refusal(
        `the pool ${taken[0]!.id} lives at home, so that no part can have those with ${prefix}`,
      );
    }
    const others = await ask(`SELECT id FROM ${s}.server WHERE alive_ms >= $1::bigint`, [
      nowMs - SILENT_MAX_MS,
    ]);
    const had = await ask(`SELECT value FROM ${s}.meta WHERE key = 'parts'`, []);
    const parts = JSON.parse(String(had[0]?.value ?? '{}')) as Record<string, string>;
    if (others.length > 0 && !Object.hasOwn(parts, name)) {
      throw refusal(
        `the part ${name} is new, and a server is at work that does not know it; stop all servers first`,
      );
    }
    await ask(
      `INSERT INTO ${s}.meta VALUES ('parts', $1)
       ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`,
      [JSON.stringify({ ...parts, [name]: prefix })],
    );
  });
}

function refusal(message: string): HoldfastError {
  return new HoldfastError('unavailable', message);
}
