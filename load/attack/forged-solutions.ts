// Makes what does not solve a challenge out of what does: in its parameters, its signature and what was found.
// Pure but for what it draws; sends nothing.

import { createHmac } from 'node:crypto';
import { altchaChallenge, VALID_MS } from '../../src/admission/challenge/altcha-challenge.ts';
import type { Forgery } from './forged-tokens.ts';
import { type Challenge, packed, solve, unpacked } from './proof-of-work.ts';

export function forgedSolutions(genuine: string): Forgery[] {
  const { challenge, solution } = unpacked(genuine);
  const { parameters, signature } = challenge;
  const changed = (more: object) => ({ ...challenge, parameters: { ...parameters, ...more } });
  const easy = changed({ keyPrefix: '0' });
  const free = changed({ cost: 1, keyPrefix: '00' });
  const hexFlipped = (text: string, at: number) =>
    text.slice(0, at) +
    (Number.parseInt(text[at]!, 16) ^ (1 << (at % 4))).toString(16) +
    text.slice(at + 1);
  const seals = Array.from({ length: 16 }, (_, index) => hexFlipped(signature, index * 4));
  const { data } = parameters;
  return [
    ...Object.keys(data).map((field) => ({
      how: 'what it is bound to changed',
      token: packed(changed({ data: { ...data, [field]: another(data[field]) } }), solution),
    })),
    ...['nonce', 'salt'].map((field) => ({
      how: 'the puzzle changed',
      token: packed(changed({ [field]: hexFlipped(String(parameters[field]), 3) }), solution),
    })),
    { how: 'the puzzle made easy', token: packed(easy, solve(easy)) },
    { how: 'the puzzle made easy', token: packed(free, solve(free)) },
    ...seals.map((each) => ({
      how: 'one bit of the signature',
      token: packed({ ...challenge, signature: each }, solution),
    })),
    ...['', signature.slice(0, -1), `${signature}0`, 'x'.repeat(64)].map((each) => ({
      how: 'the signature cut short or not one',
      token: packed({ ...challenge, signature: each }, solution),
    })),
    { how: 'the signature missing', token: packed({ parameters }, solution) },
    ...['another-secret', ''].map((secret) => ({
      how: 'another secret',
      token: packed({ parameters, signature: sealed(parameters, 'sha256', secret) }, solution),
    })),
    ...notFound(challenge, solution.counter),
    ...[genuine.slice(0, -9), genuine.slice(9), 'x', btoa('{}'), btoa('null'), btoa('[]')].map(
      (token) => ({ how: 'cut short or no solution', token }),
    ),
  ];
}

/** The right challenge, and what does not solve it. */
function notFound(challenge: Challenge, counter: number): Forgery[] {
  const key = '0'.repeat(64);
  const answers = [
    ...[{}, { counter: counter + 1, derivedKey: key }, { counter, derivedKey: key }],
    ...[{ counter: -1, derivedKey: key }, { counter: '0', derivedKey: '' }, { counter }],
  ];
  return answers.map((each) => ({ how: 'not solved', token: packed(challenge, each) }));
}

/** Solved, signed with the servers' own secret, and past its time. */
export async function lateSolution(
  secret: string,
  { sale, buyer }: { sale: string; buyer: string },
): Promise<string> {
  const challenge = (await altchaChallenge(secret).create({
    ...{ sale, buyer, address: '203.0.113.1', score: 0, nowMs: Date.now() - VALID_MS - 1_000 },
    terms: { kind: 'altcha', from: 0, cost: 1 },
  })) as unknown as Challenge;
  return packed(challenge, solve(challenge));
}

/** Signed with the servers' own secret by another algorithm: the key is the one that they make of it. */
export function otherwiseSealed(secret: string, genuine: string): Forgery[] {
  const { challenge, solution } = unpacked(genuine);
  const own = createHmac('sha256', secret).update('challenge').digest('hex');
  return ['sha1', 'sha384', 'sha512'].map((algorithm) => ({
    how: 'another algorithm',
    token: packed(
      { ...challenge, signature: sealed(challenge.parameters, algorithm, own) },
      solution,
    ),
  }));
}

function sealed(parameters: object, algorithm: string, secret: string): string {
  const sorted = Object.fromEntries(
    Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return createHmac(algorithm, secret).update(JSON.stringify(sorted)).digest('hex');
}

function another(value: unknown): unknown {
  return typeof value === 'number' ? value + 600_000 : `${value}x`;
}
