// Posts to an address that somebody else has named: to none that is refused, never along a redirect, for
// so long at most, and reads no more of the answer than is shown. Never throws; what went wrong is told.

import { type ClientRequest, request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Address, AddressGuard } from './address-guard.ts';

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  guard: AddressGuard;
  timeoutMs: number;
  /** How much of the answer is read. Default 200. */
  bodyMaxBytes?: number;
  /** Ends it early. */
  signal?: AbortSignal;
}

export interface Posted {
  /** Missing where there was no answer. */
  status?: number;
  /** Why there was none: a word. */
  error?: string;
  tookMs: number;
  /** The first bytes of the answer. */
  body?: string;
}

const BODY_MAX_BYTES = 200;
const HEADERS_MAX_BYTES = 16_384;

export async function guardedPost(post: Post): Promise<Posted> {
  const startMs = performance.now();
  const timeout = AbortSignal.timeout(post.timeoutMs);
  const signal = post.signal === undefined ? timeout : AbortSignal.any([timeout, post.signal]);
  const answer = await Promise.race([posted(post, signal), aborted(signal, timeout)]);
  return { ...answer, tookMs: Math.round(performance.now() - startMs) };
}

type Answer = Omit<Posted, 'tookMs'>;

async function posted(post: Post, signal: AbortSignal): Promise<Answer> {
  try {
    const url = new URL(post.url);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return { error: 'address-refused' };
    const allowed = await post.guard.allow(url);
    if (!allowed.ok) return { error: allowed.why };
    return await exchange(post, url, { addresses: allowed.addresses, signal });
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return { error: code ?? name };
  }
}

function exchange(
  { headers, body, bodyMaxBytes = BODY_MAX_BYTES }: Post,
  url: URL,
  { addresses, signal }: { addresses: readonly Address[]; signal: AbortSignal },
): Promise<Answer> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    // Of its own: it keeps no connection, and asks no proxy of the environment.
    agent: false,
    lookup: answered(addresses),
    maxHeaderSize: HEADERS_MAX_BYTES,
    signal,
  };
  const sent = url.protocol === 'https:' ? tlsRequest(url, options) : plainRequest(url, options);
  return answerTo(sent, body, bodyMaxBytes);
}

function answerTo(sent: ClientRequest, body: string, maxBytes: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      const status = response.statusCode ?? 0;
      let said = Buffer.alloc(0);
      const done = () => {
        sent.destroy();
        const shown = said.subarray(0, maxBytes).toString('utf8').replaceAll('\0', '');
        // The status is the answer; how the rest of it ends changes nothing.
        resolve(shown === '' ? { status } : { status, body: shown.toWellFormed() });
      };
      response.on('data', (chunk: Buffer) => {
        said = Buffer.concat([said, chunk]);
        if (said.length >= maxBytes) done();
      });
      response.once('end', done);
      response.once('error', done);
      response.once('close', done);
    });
    sent.end(body);
  });
}

/** Answers every question for the name with what was allowed. */
function answered(addresses: readonly Address[]): LookupFunction {
  return (_, { all }, tell) => {
    const [first] = addresses;
    if (all === true) tell(null, [...addresses]);
    else tell(null, first!.address, first!.family);
  };
}

/** Also while the name is being resolved, which cannot be called off. */
function aborted(signal: AbortSignal, timeout: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const tell = () => resolve({ error: timeout.aborted ? 'timeout' : 'stopped' });
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });
}
