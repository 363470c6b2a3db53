// Reads where mail goes out: `smtps://user:password@mail.example/?from=Shop%20%3Cshop@example.com%3E`. Says
// what is wrong without repeating it, because a password may stand in it.

export interface SmtpAddress {
  host: string;
  port: number;
  /** TLS from the first byte; else STARTTLS, where the server offers it. */
  secure: boolean;
  /** Nothing is said without TLS: a password would be, to whoever listens. */
  requireTLS: boolean;
  auth?: { user: string; pass: string };
  /** As it stands in the message. */
  from: string;
  /** The address alone. */
  sender: string;
}

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };
/** One address, plainly written: no name, no list, no quoted part. */
const ADDRESS = /^[^\s<>()[\],;:\\"@]{1,64}@[^\s<>()[\],;:\\"@]{1,255}$/u;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** @throws TypeError saying what is wrong */
export function readSmtpAddress(text: string, password?: string): SmtpAddress {
  const url = URL.parse(text);
  const port = url === null ? undefined : PORTS[url.protocol];
  if (url === null || port === undefined || url.hostname === '') {
    throw new TypeError('not an address such as smtp://mail.example/?from=shop@example.com');
  }
  const from = url.searchParams.get('from') ?? '';
  const sender = addressIn(from);
  if (sender === undefined) throw new TypeError('it needs ?from=shop@example.com');
  if ([...url.searchParams.keys()].join() !== 'from') throw new TypeError('it takes ?from= alone');
  const user = decodeURIComponent(url.username);
  const pass = url.password === '' ? (password ?? '') : decodeURIComponent(url.password);
  if ((user === '') !== (pass === '')) throw new TypeError('it needs a name and a password');
  const secure = url.protocol === 'smtps:';
  const address: SmtpAddress = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? port : Number(url.port),
    secure,
    requireTLS: !secure && user !== '' && !LOOPBACK.test(url.hostname),
    from,
    sender,
  };
  return user === '' ? address : { ...address, auth: { user, pass } };
}

export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** `Shop <shop@example.com>`, or the address alone. */
function addressIn(from: string): string | undefined {
  const address = /^[^<>\p{Cc}]*<([^<>]+)>$/u.exec(from)?.[1] ?? from;
  return isAddress(address) ? address : undefined;
}
