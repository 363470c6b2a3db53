// Talks to the server. A command whose outcome is unknown is sent again under the same key, so it
// takes effect once however the network behaves. A "no" comes back as a sentence.

import { fetchWithKey } from './key.js';

const TRIES = 4;
const PAUSE_MS = 700;

let clockAheadMs = 0;

/** The server's time: countdowns must not depend on a phone whose clock is wrong. */
export const serverNow = () => Date.now() + clockAheadMs;

export async function read(path) {
  const response = await fetchWithKey(path, { headers: { accept: 'application/json' } });
  learnClock(response);
  const body = await response.json();
  if (!response.ok) throw new Error(sentence(body));
  return body;
}

/** `{ ok: true, body }` or `{ ok: false, said, code }`. */
export async function send(method, path, body = {}) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': newKey() };
  const request = { method, headers, body: JSON.stringify(body) };
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(path, request);
    if (!answer.again || attempt === TRIES) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
  }
}

async function once(path, request) {
  try {
    const response = await fetchWithKey(path, request);
    learnClock(response);
    const body = await response.json();
    if (response.ok) return { ok: true, body };
    return { ok: false, said: sentence(body), code: body.code, again: response.status === 503 };
  } catch {
    return { ok: false, said: 'The server cannot be reached.', code: 'offline', again: true };
  }
}

function sentence({ detail = 'The server gave no reason.', code, field, expected, ...rest }) {
  if (code === 'invalid-request' && field) return `Please check “${field}”: ${expected}.`;
  if (code === 'insufficient-stock') return `${detail} ${rest.pool}: ${rest.available} left.`;
  if (code === 'limit-exceeded' && rest.remaining !== undefined) {
    return `${detail} You may take ${rest.remaining} more.`;
  }
  return detail;
}

/** `crypto.randomUUID` exists on secure pages only; a console on a plain address needs keys too. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function learnClock(response) {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return;
  // The header counts whole seconds; only more than that says anything.
  const aheadMs = date + 500 - Date.now();
  clockAheadMs = Math.abs(aheadMs) > 2_000 ? aheadMs : 0;
}
