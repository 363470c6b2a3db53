// Signs what is sent as Standard Webhooks asks (https://www.standardwebhooks.com): the id, the moment and
// the body, with each of the secrets, so that a receiver may know either.

import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

const SECRET_BYTES = 32;

export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

export interface Signing {
  id: string;
  atMs: number;
  body: string;
  secrets: readonly string[];
}

export function signedHeaders({ id, atMs, body, secrets }: Signing): Record<string, string> {
  const at = new Date(atMs);
  return {
    'content-type': 'application/json',
    'user-agent': 'holdfast',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
