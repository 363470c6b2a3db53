// One exchange of JSON with a provider over HTTP, and what its failures mean: whether the deed was surely
// not done, or may have been. Never tries again by itself: whoever asked has the key to do so.

import { ProviderError } from './provider.ts';

export interface Exchange {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: unknown;
  timeoutMs: number;
}

/** The connection was never there, so nothing can have been done. */
const NEVER_SENT: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const TOO_MANY = 429;
/** The server gave up waiting for the request. */
const REQUEST_TIMEOUT = 408;

/**
 * The body of a 2xx.
 *
 * @throws ProviderError
 */
export async function exchange(ask: Exchange): Promise<unknown> {
  const { status, text } = await send(ask);
  if (status >= 200 && status < 300) return parsed(text);
  if (status === TOO_MANY) throw new ProviderError('unreachable', 'too-many-requests');
  if (status < 400 || status >= 500 || status === REQUEST_TIMEOUT) {
    throw new ProviderError('unknown-outcome', `http-${status}`);
  }
  throw refusal(status, text);
}

async function send(ask: Exchange): Promise<{ status: number; text: string }> {
  const { method, url, headers, body, timeoutMs } = ask;
  try {
    const reply = await fetch(url, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: reply.status, text: await reply.text() };
  } catch (cause) {
    throw connectionFailure(cause);
  }
}

function connectionFailure(cause: unknown): ProviderError {
  const { name, cause: deeper } = cause as Error;
  const code = (deeper as NodeJS.ErrnoException | undefined)?.code;
  if (NEVER_SENT.has(code)) return new ProviderError('unreachable', String(code), { cause });
  const reason = name === 'TimeoutError' ? 'no-answer-in-time' : (code ?? 'connection-lost');
  return new ProviderError('unknown-outcome', reason, { cause });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProviderError('unknown-outcome', 'not-json', { cause });
  }
}

/** Only the provider itself refuses, in its own words: the page of some proxy decides nothing. */
function refusal(status: number, text: string): ProviderError {
  const { error, message } = saidIn(text);
  if (typeof error !== 'string') return new ProviderError('unreachable', `http-${status}`);
  return new ProviderError('refused', error, typeof message === 'string' ? { message } : {});
}

function saidIn(text: string): { error?: unknown; message?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
