// What a server must do while its database is away: live, say that it is not ready, and answer what it
// cannot do with a 503.

import type { Reply } from '../http-client.ts';

/** It must say so soon that it is not ready. */
const NOT_READY_MAX_MS = 5_000;
const POLL_MS = 20;

interface Asked {
  exchange(ask: { method: 'GET'; path: string }): Promise<Reply>;
}

/** Finds what is wrong. */
export async function lookWithoutDatabase(server: Asked, pool: string): Promise<string[]> {
  const statusOf = async (path: string) => (await server.exchange({ method: 'GET', path })).status;
  const wrong: string[] = [];
  const startMs = performance.now();
  const alive = await statusOf('/healthz');
  if (alive !== 200) wrong.push(`a server without its database does not live: ${alive}`);
  const read = await statusOf(`/v1/pools/${pool}`);
  if (read !== 503) wrong.push(`a server answered ${read} without its database`);
  while ((await statusOf('/readyz')) === 200) {
    if (performance.now() - startMs > NOT_READY_MAX_MS) {
      return [...wrong, 'a server says that it is ready without its database'];
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return wrong;
}

/** While a part is away: a server is ready all the same, and serves what lives elsewhere. */
export async function lookWithoutPart(server: Asked, pool: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const path of ['/healthz', '/readyz', `/v1/pools/${pool}`]) {
    const { status } = await server.exchange({ method: 'GET', path });
    if (status !== 200) wrong.push(`without a part ${path} is answered ${status}`);
  }
  return wrong;
}
