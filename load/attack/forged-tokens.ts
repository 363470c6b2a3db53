// Makes what is not genuine out of what is: passes and places in every way in which their text can be wrong. Pure but
// for the keys that it draws; sends nothing.

import { createHmac, randomBytes } from 'node:crypto';
import { TokenSigner } from '../../src/admission/signed-token.ts';

export interface Forgery {
  /** What is wrong with it, as the report says it. */
  how: string;
  token: string;
}

type Payload = Record<string, string | number>;

/** So many characters of a token lie between two that are changed. */
const STEP = 5;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** @param secret the servers' own, with which nothing of this must be good either */
export function forgedTokens(
  genuine: string,
  { kind, secret, other }: { kind: 'pass' | 'place'; secret: string; other: Payload },
): Forgery[] {
  const [body = '', seal = ''] = genuine.split('.');
  const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as Payload;
  const changed = encoded({ ...payload, ...other });
  return [
    ...oneCharacter(genuine),
    ...Object.keys(payload).map((field) => ({
      how: 'a field changed',
      token: `${encoded({ ...payload, [field]: next(payload[field]!) })}.${seal}`,
    })),
    { how: 'a field more', token: `${encoded({ ...payload, admin: 1 })}.${seal}` },
    { how: 'another payload', token: `${changed}.${seal}` },
    ...cutShort(body, seal),
    ...writtenOtherwise(body, seal),
    ...sealedOtherwise(changed, { kind, secret }),
    ...sealedOtherwise(body, { kind, secret }),
    ...notOurs(payload, changed),
  ];
}

function oneCharacter(genuine: string): Forgery[] {
  const dot = genuine.indexOf('.');
  const at = Array.from({ length: Math.ceil(genuine.length / STEP) }, (_, index) => index * STEP);
  return at
    .filter((index) => index !== dot)
    .map((index) => ({
      how: index < dot ? 'one bit of the payload' : 'one bit of the signature',
      token: flipped(genuine, index),
    }));
}

/** Another character of the same alphabet: one bit of the six that it stands for. */
function flipped(text: string, at: number): string {
  const bit = 1 << (at % 6);
  const character = ALPHABET[ALPHABET.indexOf(text[at]!) ^ bit]!;
  return text.slice(0, at) + character + text.slice(at + 1);
}

function cutShort(body: string, seal: string): Forgery[] {
  const half = (text: string) => text.slice(0, text.length / 2);
  const texts = [
    ...[body, `${body}.`, `.${seal}`, '.', seal, `${body}.${seal.slice(0, -1)}`],
    ...[`${body}.${half(seal)}`, `${half(body)}.${seal}`, half(body), `${body}.${seal[0]}`],
  ];
  return texts.map((token) => ({ how: 'cut short', token }));
}

/** The same bytes in another form: a token has one. */
function writtenOtherwise(body: string, seal: string): Forgery[] {
  const bytes = Buffer.from(seal, 'base64url');
  const texts = [
    ...[`${body}.${seal}=`, `${body}.${bytes.toString('hex')}`, `${body}=.${seal}`],
    ...[`${body}.${seal} `, ` ${body}.${seal}`, `${body}..${seal}`, `${body}.${seal}.${seal}`],
    ...[`${body}.${seal.toLowerCase()}`, `${body}.${bytes.toString('latin1')}`],
    // 32 bytes leave two bits of the last character unused: another text of the same bytes.
    `${body}.${seal.slice(0, -1)}${ALPHABET[ALPHABET.indexOf(seal.at(-1)!) ^ 1]}`,
  ];
  return texts.map((token) => ({ how: 'written otherwise', token }));
}

function sealedOtherwise(
  body: string,
  { kind, secret }: { kind: string; secret: string },
): Forgery[] {
  const mac = (algorithm: string, key: string | Buffer, text: string) =>
    createHmac(algorithm, key).update(text).digest('base64url');
  const of = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  const other = kind === 'pass' ? 'place' : 'pass';
  const cases: [string, string][] = [
    ['another secret', new TokenSigner('another-secret-of-32-characters..').sign(kind, of(body))],
    ['another secret', `${body}.${mac('sha256', '', `${kind}\n${body}`)}`],
    ['another secret', `${body}.${mac('sha256', randomBytes(32), `${kind}\n${body}`)}`],
    ...['sha1', 'sha384', 'sha512', 'md5'].map((algorithm): [string, string] => [
      'another algorithm',
      `${body}.${mac(algorithm, secret, `${kind}\n${body}`)}`,
    ]),
    // The right secret over what is no token of this kind.
    ['another kind', new TokenSigner(secret).sign(other, of(body))],
    ['another kind', new TokenSigner(secret).sign('', of(body))],
    ['another kind', new TokenSigner(secret).sign(kind.toUpperCase(), of(body))],
    ['another kind', `${body}.${mac('sha256', secret, body)}`],
  ];
  return cases.map(([how, token]) => ({ how, token }));
}

/** Tokens of other makers. */
function notOurs(payload: Payload, changed: string): Forgery[] {
  const none = encoded({ alg: 'none', typ: 'JWT' });
  const hs256 = encoded({ alg: 'HS256', typ: 'JWT' });
  const texts = [
    ...[`${none}.${changed}.`, `${hs256}.${changed}.${randomBytes(32).toString('base64url')}`],
    ...[JSON.stringify(payload), 'null.null', '__proto__.constructor', 'x'.repeat(2_048)],
    String(payload.id),
  ];
  return texts.map((token) => ({ how: 'no token of ours', token }));
}

function encoded(payload: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(payload)).toString('base64url');
}

function next(value: string | number): string | number {
  return typeof value === 'number' ? value + 60_000 : `${value}x`;
}
