// Takes every connection that a PostgreSQL server gives, as a program that leaks them does.

import pg from 'pg';

/** Those of its other clients included, which are ended. Whoever took them ends them. */
export async function takeConnections(address: string): Promise<pg.Client[]> {
  const takers: pg.Client[] = [];
  const take = async () => {
    const client = new pg.Client({ connectionString: address });
    client.on('error', () => {});
    await client.connect();
    takers.push(client);
  };
  await take();
  const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> 'taker'`;
  await takers[0]!.query("SET application_name = 'taker'");
  for (let turns = 0; turns < 20; turns += 1) {
    await takers[0]!.query(kill);
    for (let more = true; more; ) {
      more = await take().then(
        () => true,
        () => false,
      );
      if (more) await takers.at(-1)!.query("SET application_name = 'taker'");
    }
  }
  return takers;
}
