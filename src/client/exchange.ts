// One request and its reply, over fetch. Never sends anything twice and never throws: a reply that
// did not come whole is an outcome too. What an outcome means is for verdict.ts to say.

import { headerOf } from './idempotency-key.ts';

export interface HttpRequest {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** From `/v1/...` on, with its query. */
  path: string;
  /** JSON, as text. */
  body?: string | undefined;
  key?: string | undefined;
  ifMatch?: number | undefined;
  /** For whom it is asked. */
  buyerAddress?: string | undefined;
  device?: string | undefined;
}

export interface Reply {
  status: number;
  /** Parsed JSON; undefined where the body is none. */
  body: unknown;
  repeated: boolean;
  /** How long the server asks to be left alone. */
  retryAfterMs?: number | undefined;
}

/** No whole reply came: whether the request arrived, nobody here knows. */
export interface Lost {
  status: 0;
  cause: unknown;
}

export type Outcome = Reply | Lost;
export type Exchange = (request: HttpRequest, signal: AbortSignal) => Promise<Outcome>;

export interface ServerAddress {
  url: string;
  apiKey?: string | undefined;
  fetch: typeof fetch;
}

export function exchangeWith({ url, apiKey, fetch }: ServerAddress): Exchange {
  return async (request, signal) => {
    const { method, path, body } = request;
    const headers = headersOf(request, apiKey);
    try {
      // Following a redirect would send a command as a GET, and the key of the API elsewhere.
      const init: RequestInit = { method, headers, signal, redirect: 'manual' };
      if (body !== undefined) init.body = body;
      const response = await fetch(url + path, init);
      return await readReply(response);
    } catch (cause) {
      return { status: 0, cause };
    }
  };
}

export function headersOf(
  { body, key, ifMatch, buyerAddress, device }: Omit<HttpRequest, 'method' | 'path'>,
  apiKey: string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (apiKey !== undefined) headers.Authorization = `Bearer ${apiKey}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key !== undefined) headers['Idempotency-Key'] = headerOf(key);
  if (ifMatch !== undefined) headers['If-Match'] = `"${ifMatch}"`;
  if (buyerAddress !== undefined) headers['X-Forwarded-For'] = buyerAddress;
  if (device !== undefined) headers['Holdfast-Device'] = device;
  return headers;
}

/** Also for replies that are streams: seconds or a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - Date.now());
}

async function readReply(response: Response): Promise<Reply> {
  const { status, headers } = response;
  const text = await response.text();
  return {
    // In browsers a redirect that is not followed has status 0, which stands for no reply here.
    status: status === 0 ? 302 : status,
    body: parse(text),
    repeated: headers.get('idempotency-replayed') === 'true',
    retryAfterMs: retryAfterMs(headers),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
