// The secret that servers of one shop sign with where nobody gave them one: whoever comes first makes it.

import { randomBytes } from 'node:crypto';
import type { AdmissionLink } from './admission-link.ts';

/** Undefined while Redis is away: then nothing may be signed that another server should understand. */
export async function sharedSecret(
  link: AdmissionLink,
  prefix: string,
): Promise<string | undefined> {
  const key = `${prefix}:secret`;
  try {
    await link.send('SET', key, randomBytes(32).toString('base64url'), 'NX');
    const secret = String(await link.send('GET', key));
    link.keep(key, secret);
    return secret;
  } catch {
    return undefined;
  }
}
