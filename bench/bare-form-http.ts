// `node bench/bare-form-http.ts`: the form of the server and nothing else, to see what the machine gives
// it: a Fastify route, live state in Maps, a line per reservation, one synced append per batch. No
// kernel, carts, limits, deadlines, repeats that are answered, live events, and no tables behind. Prints
// what it accepts and refuses a second beside a bare route that keeps nothing.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLAGS, startChildProgram } from '../src/bench/http/child-program.ts';
import { RequestLoad } from '../src/bench/http/request-load.ts';
import { poolNames, reserveRequests } from '../src/bench/http/reserve-requests.ts';

const CONNECTIONS = 64;
const BUYERS = 1_000_000;
const SLICES = 6;
const SLICE_MS = 2_000;
const SOLD_OUT = 'pool-sold';
const REPLY = {
  id: '01a1f929-1eac-706e-8974-193df327651d',
  status: 'HELD',
  version: 1,
  lines: [{ pool: 'pool-0000', quantity: 1 }],
  buyer: 'buyer-0000000',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T00:15:00.000Z',
};

const directory = mkdtempSync(join(process.env.HOLDFAST_BENCH_DIR ?? tmpdir(), 'holdfast-form-'));
const form = fork(join(import.meta.dirname, 'bare-form-server.ts'), {
  execArgv: FLAGS,
});
form.send({ directory, soldOut: SOLD_OUT });
const [{ port }] = (await once(form, 'message')) as [{ port: number }];
const bare = startChildProgram('bare-route');
const { port: barePort } = await bare.ask<{ port: number }>(REPLY);
const formLoad = await RequestLoad.open(port, CONNECTIONS);
const bareLoad = await RequestLoad.open(barePort, CONNECTIONS);
const reserves = reserveRequests({ pools: poolNames(1_000), buyers: BUYERS });
const soldOut = reserveRequests({ pools: [SOLD_OUT], buyers: BUYERS });

// The first slice warms up and is left out.
for (let slice = 0; slice <= SLICES; slice += 1) {
  const made = await formLoad.closed(reserves, SLICE_MS);
  const refused = await formLoad.closed(soldOut, SLICE_MS);
  const kept = await bareLoad.closed(reserves, SLICE_MS);
  if (slice === 0) continue;
  const [reserve, refuse, beside] = [
    made.accepted / made.seconds,
    refused.refused / refused.seconds,
    kept.accepted / kept.seconds,
  ].map(Math.round) as [number, number, number];
  const ratios = { reserveRatio: round(reserve / beside), refuseRatio: round(refuse / beside) };
  console.log(JSON.stringify({ reserve, refuse, bare: beside, ...ratios }));
}
formLoad.close();
bareLoad.close();
await bare.stop();
form.disconnect();
await once(form, 'exit');
rmSync(directory, { recursive: true, force: true });

function round(ratio: number): number {
  return Number(ratio.toFixed(2));
}
