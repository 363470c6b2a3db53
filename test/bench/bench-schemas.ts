// The schemas that benchmarks have made on a server and not dropped. Drops none.

import { Client } from 'pg';

export async function benchSchemas(connectionString: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const text = `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'bench\\_%'`;
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
