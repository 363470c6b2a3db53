// A schema that a benchmark makes for itself on the server that was named, and drops. Whatever else is
// kept there is not touched.

import { randomBytes } from 'node:crypto';
import { postgresAddress } from '../../engines/postgres/address.ts';
import { Connections } from '../../engines/postgres/connections.ts';

export interface OwnSchema {
  schema: string;
  connections: Connections;
  /** Of a store in it, with more parameters of the address. */
  address(parameters: Record<string, string>): string;
  drop(): Promise<void>;
}

/** With so many connections to it. Not made yet: a store makes its own. */
export async function ownSchema(server: string, connectionsMax: number): Promise<OwnSchema> {
  const { connectionString } = postgresAddress(server);
  const schema = `bench_${randomBytes(6).toString('hex')}`;
  const connections = await Connections.open(connectionString, connectionsMax);
  return {
    ...{ schema, connections },
    address: (parameters) => {
      const url = new URL(connectionString);
      for (const [name, value] of Object.entries({ ...parameters, schema })) {
        url.searchParams.set(name, value);
      }
      return url.href;
    },
    drop: async () => {
      const text = `DROP SCHEMA IF EXISTS "${schema}" CASCADE`;
      try {
        await connections.run({ name: '', text });
      } finally {
        await connections.close();
      }
    },
  };
}
