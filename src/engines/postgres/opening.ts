// Opens what an engine stands on: connections, the schema and what it says, the clock, the parts. Closes all
// of it again when something is missing. Starts nothing.

import type { TimeSource } from '../clock.ts';
import { openParts } from '../coordinator/opening.ts';
import { namedParts, type PartAddress } from '../coordinator/part-address.ts';
import type { Parts } from '../coordinator/parts.ts';
import { postgresAddress } from './address.ts';
import { Connections } from './connections.ts';
import { DatabaseTime } from './database-time.ts';
import { openingFailure } from './failures.ts';
import { HOME_FORM } from './home-form.ts';
import { type Life, LifeSigns } from './life.ts';
import type { Locking } from './locking.ts';
import { migrate } from './migrations.ts';
import { WATCHING_MAX } from './stuck-locks.ts';
import { Wakes } from './wakes.ts';

const CONNECTIONS_MAX = 10;

export interface OpenPostgres {
  /** Instead of the database's clock. */
  time?: TimeSource;
  /** Refuses to make the store. */
  existing?: boolean;
  /** False: another store decides, and what it has decided is read here. */
  decides?: boolean;
  /** Databases in which some of its pools live. */
  parts?: readonly PartAddress[];
  /** Names of parts that were moved to another database: these are taken where they are now. */
  moved?: readonly string[];
}

export interface OpenedStore {
  connections: Connections;
  /** For those that only wait for locks. */
  watching: Connections;
  schema: string;
  locking: Locking;
  time: TimeSource;
  life: Life;
  signs: LifeSigns;
  wakes: Wakes;
  parts: Parts | undefined;
  close(): Promise<void>;
}

export async function openStore(address: string, options: OpenPostgres): Promise<OpenedStore> {
  const { connectionString, schema, locking, pooling } = postgresAddress(address);
  const named = namedParts(options.parts ?? []);
  const connections = await Connections.open(connectionString, CONNECTIONS_MAX, { pooling });
  const watching = await Connections.open(connectionString, WATCHING_MAX, { pooling });
  const wakes = new Wakes(connections, schema);
  const { existing = false, moved = [], time = new DatabaseTime() } = options;
  let parts: Parts | undefined;
  const close = async () => {
    await Promise.all([wakes.close(), connections.close(), watching.close(), parts?.close()]);
  };
  try {
    await migrate(connections, { schema, existing, form: HOME_FORM });
    if (time instanceof DatabaseTime) await time.look(connections);
    const signs = new LifeSigns(connections, schema, options);
    const nowMs = Math.floor(time.wallMs());
    const life = await signs.enter(nowMs);
    parts = await openParts({
      named,
      home: { connections, schema, journalId: life.journalId },
      ...{ registered: life.parts, nowMs, existing, moved },
    });
    return {
      ...{ connections, watching, schema, locking, time },
      ...{ life, signs, wakes, parts, close },
    };
  } catch (error) {
    await close();
    throw openingFailure(error);
  }
}
