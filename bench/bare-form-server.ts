// The server of bare-form-http.ts, as a process of its own: a Fastify route in front of the form of the
// embedded engine (Maps, a line per reservation, one synced append per batch in a thread of its own).
// Its parent gets the port; it ends with its parent.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import fastify, { type FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import { compileShape } from '../src/http/check-shape.ts';
import { checkRequests } from '../src/http/request-checks.ts';
import { addSecurityHeaders } from '../src/http/security-headers.ts';
import { ReserveBody } from '../src/http/shapes/requests.ts';
import { formLine, openFormJournal } from './bare-form-journal.ts';

const LIVE = 200_000;
const HOLD_MS = 900_000;

if (isMainThread) {
  process.once('message', (options: { directory: string; soldOut: string }) => {
    void serve(options.directory, options.soldOut);
  });
  process.once('disconnect', () => process.exit());
} else writeJournal();

function writeJournal(): void {
  const append = openFormJournal(workerData as string);
  parentPort!.on('message', (body: Uint8Array) => {
    append(body);
    parentPort!.postMessage(true);
  });
}

async function serve(directory: string, soldOut: string): Promise<void> {
  const journal = new Worker(import.meta.filename, { workerData: join(directory, 'form.db') });
  const left = new Map([[soldOut, 0]]);
  const requests = new Map<string, number>();
  const reservations = new Map<string, object>();
  let waiting: { lines: string; answer: () => void }[] = [];
  const written: (typeof waiting)[] = [];
  let position = 0;
  const flush = () => {
    if (waiting.length === 0 || written.length === 2) return;
    journal.postMessage(Buffer.from(waiting.map(({ lines }) => lines).join('')));
    written.push(waiting);
    waiting = [];
  };
  journal.on('message', () => {
    for (const { answer } of written.shift()!) answer();
    flush();
  });
  for (let count = 0; count < LIVE; count += 1) {
    requests.set(randomUUID(), count);
    reservations.set(randomUUID(), { state: 'HELD', deadlineMs: HOLD_MS + count });
  }

  const reserve = ({ lines, buyer }: Static<typeof ReserveBody>, key: string, to: FastifyReply) => {
    const { pool, quantity } = lines[0]!;
    const available = left.get(pool) ?? 1e9;
    if (requests.has(key) || available < quantity) {
      const problem = { type: '/errors/insufficient', title: 'Insufficient', status: 409 };
      const detail = { code: 'insufficient', pool, line: 0, asked: quantity, available };
      to.code(409)
        .type('application/problem+json; charset=utf-8')
        .send({ ...problem, ...detail });
      return;
    }
    position += 1;
    const [id, at, nowMs] = [randomUUID(), position, Date.now()];
    left.set(pool, available - quantity);
    requests.set(key, at);
    reservations.set(id, { id, pool, buyer, quantity, state: 'HELD', deadlineMs: nowMs + HOLD_MS });
    const deadlineMs = nowMs + HOLD_MS;
    const text = formLine({ position: at, nowMs, deadlineMs, pool, buyer: buyer ?? '', key, id });
    const createdAt = new Date(nowMs).toISOString();
    const expiresAt = new Date(nowMs + HOLD_MS).toISOString();
    const answer = () => {
      to.code(201).header('ETag', '"1"').header('Location', `/v1/reservations/${id}`);
      to.send({
        id,
        status: 'HELD',
        version: 1,
        lines,
        buyer,
        createdAt,
        updatedAt: createdAt,
        expiresAt,
      });
    };
    if (waiting.push({ lines: text, answer }) === 1) setImmediate(flush);
  };

  const app = fastify();
  app.setValidatorCompiler(compileShape);
  checkRequests(app, [addSecurityHeaders]);
  app.post<{ Body: Static<typeof ReserveBody> }>(
    '/v1/reservations',
    { schema: { body: ReserveBody } },
    (request, reply) => reserve(request.body, String(request.headers['idempotency-key']), reply),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.send!({ port: (app.server.address() as { port: number }).port });
}
