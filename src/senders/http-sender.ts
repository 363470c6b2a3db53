// Posts messages to a gateway, signed as Standard Webhooks ask: one of a provider of SMS or push, or a
// program of the shop's own that speaks to one. Goes to no address that is not public or let in.

import { AddressGuard } from '../outgoing/address-guard.ts';
import { guardedPost, type Posted } from '../outgoing/guarded-post.ts';
import { signedHeaders } from '../outgoing/signed-headers.ts';
import { type Message, type Sender, SenderError, type SendOptions, type Sent } from './sender.ts';

export interface HttpSenderOptions {
  name: string;
  /** `https://gateway.example/messages`; a name and password in it are sent as HTTP Basic. */
  url: string;
  /** `whsec_` and base64. */
  secret: string;
  /** Ranges of addresses that may be reached though they are not public. */
  privateRanges?: readonly string[] | undefined;
  /** Default 15,000. */
  timeoutMs?: number;
}

const TIMEOUT_DEFAULT_MS = 15_000;
/** They are about the message itself; anything else may be another one's turn of luck next time. */
const REFUSED: ReadonlySet<number> = new Set([400, 410, 413, 422]);
const REFERENCE_MAX = 128;

export class HttpSender implements Sender {
  readonly name: string;
  readonly #options: HttpSenderOptions;
  readonly #guard: AddressGuard;

  /** @throws an error for a secret that is none, or an address that is none */
  constructor(options: HttpSenderOptions) {
    const { name, url, secret, privateRanges } = options;
    if (!/^https?:$/.test(new URL(url).protocol)) throw new TypeError('not an http(s) address');
    signedHeaders({ id: name, atMs: 0, body: '', secrets: [secret] });
    this.name = name;
    this.#options = options;
    this.#guard = new AddressGuard(privateRanges);
  }

  async send({ atMs, ...message }: Message, { signal }: SendOptions): Promise<Sent> {
    const { url, secret, timeoutMs = TIMEOUT_DEFAULT_MS } = this.#options;
    const body = JSON.stringify({ ...message, at: new Date(atMs).toISOString() });
    // The moment of the attempt: a receiver refuses what is old.
    const signing = { id: message.id, atMs: Date.now(), body, secrets: [secret] };
    const headers = signedHeaders(signing);
    const posted = await guardedPost({ url, headers, body, guard: this.#guard, timeoutMs, signal });
    return sentOf(posted);
  }
}

function sentOf({ status, error, body }: Posted): Sent {
  if (status === undefined) throw new SenderError('unreachable', error ?? 'no-answer');
  if (status >= 200 && status < 300) return referenceIn(body);
  throw new SenderError(REFUSED.has(status) ? 'refused' : 'unreachable', `http-${status}`);
}

/** `{"reference": "..."}`, where the gateway says so. */
function referenceIn(body: string | undefined): Sent {
  try {
    const { reference } = JSON.parse(body ?? '{}') as { reference?: unknown };
    if (typeof reference === 'string' && reference !== '') {
      return { reference: reference.slice(0, REFERENCE_MAX) };
    }
  } catch {
    // It says something else.
  }
  return {};
}
