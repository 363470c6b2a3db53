// Begins a reply that is a stream of server-sent events, and leaves it to whoever writes it.

import type { ServerResponse } from 'node:http';

interface Hijackable {
  hijack(): unknown;
  getHeaders(): Record<string, number | string | string[] | undefined>;
  raw: ServerResponse;
}

export function startStream(reply: Hijackable): ServerResponse {
  const headers = reply.getHeaders();
  reply.hijack();
  reply.raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    // A proxy that collects replies would make it anything but live.
    'x-accel-buffering': 'no',
  });
  return reply.raw;
}
