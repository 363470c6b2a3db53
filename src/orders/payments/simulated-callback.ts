// Judges a callback of the simulator: whether it is signed by it (Standard Webhooks 1.0.0, symmetric
// signature), young enough, and says something. Never reads what has not been proven.

import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { CALLBACK_AGE_MAX_MS, type Callback, type CallbackHeaders } from './provider.ts';
import { isObject, readTruth } from './read-truth.ts';

const SECONDS = /^\d{1,12}$/;

export interface SignedCallback {
  raw: Uint8Array;
  headers: CallbackHeaders;
  secret: string;
  nowMs: number;
}

export function readSimulatedCallback(signed: SignedCallback): Callback | undefined {
  const id = signed.headers['webhook-id'];
  const text = decoded(signed.raw);
  if (id === undefined || text === undefined || !isAuthentic(signed, id, text)) return undefined;
  const body = parsed(text);
  if (!isObject(body)) return undefined;
  const { payment, reference } = body;
  const truth = readTruth(body.truth);
  if (typeof payment !== 'string' || truth === undefined) return undefined;
  return { id, payment, truth, ...(typeof reference === 'string' ? { reference } : {}) };
}

/**
 * Signs again and compares, since the library's own `verify` knows no clock but the machine's, and here
 * the time is handed in.
 */
function isAuthentic(
  { headers, secret, nowMs }: SignedCallback,
  id: string,
  text: string,
): boolean {
  const seconds = headers['webhook-timestamp'] ?? '';
  if (!SECONDS.test(seconds)) return false;
  const signedMs = Number(seconds) * 1_000;
  if (Math.abs(nowMs - signedMs) > CALLBACK_AGE_MAX_MS) return false;
  const expected = Buffer.from(new Webhook(secret).sign(id, new Date(signedMs), text));
  // Several while a secret is being replaced.
  const given = (headers['webhook-signature'] ?? '').split(' ').map((each) => Buffer.from(each));
  return given.some((each) => each.length === expected.length && timingSafeEqual(each, expected));
}

/** The very bytes: text that only looks alike after decoding was not signed. */
function decoded(raw: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
