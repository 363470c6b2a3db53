// Stands before a provider's stand-in and passes everything on, and keeps what was asked.

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Recorded {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  form: Record<string, string>;
}

export interface RecordingProxy {
  url: string;
  recorded: Recorded[];
  close(): void;
}

export async function startRecordingProxy(to: string): Promise<RecordingProxy> {
  const recorded: Recorded[] = [];
  const server = createServer(async (request, reply) => {
    const { method = 'GET', url: path = '/', headers } = request;
    const body = await text(request);
    recorded.push({ method, path, headers, form: Object.fromEntries(new URLSearchParams(body)) });
    const { authorization = '', 'content-type': type = 'application/x-www-form-urlencoded' } =
      headers;
    const passed = { authorization, 'Content-Type': type };
    const answer = await fetch(`${to}${path}`, {
      method,
      headers: passed,
      ...(method === 'GET' ? {} : { body }),
    });
    reply.writeHead(answer.status, { 'Content-Type': 'application/json' });
    reply.end(await answer.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, recorded, close };
}
