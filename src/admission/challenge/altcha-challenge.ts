// The built-in challenge: a proof of work of ALTCHA, which a page solves by itself without asking anybody. The server
// keeps nothing of it: a signature says that it is its own, for which buyer in which sale, and until when.

import { createHmac, randomBytes } from 'node:crypto';
import { type Challenge, createChallenge, type Payload, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import type { JsonObject } from '../../engines/contract.ts';
import type { ChallengeAsked, ChallengeKind, Checked } from './challenge-kind.ts';

/** A solution is found after 4,096 tries on average, each of `cost` hashes; checking it is one try. */
const KEY_PREFIX = '000';
/** Of who is like anybody: 16,384 hashes, a fraction of a second in a browser. */
export const COST_DEFAULT = 4;
/** Twice as hard with each 20 points: 32 times at a score of 100. */
const POINTS_TO_DOUBLE = 20;
/** Who tries meanwhile may become a little odder. */
const COST_SLACK = 2;
export const VALID_MS = 120_000;

interface Bound {
  sale: string;
  /** Null: nobody by name. */
  buyer: string | null;
  untilMs: number;
}

/** `secret`: all servers of a shop have the same, or a challenge is good at the one that made it. */
export function altchaChallenge(secret?: string): ChallengeKind {
  const hmacSignatureSecret =
    secret === undefined
      ? randomBytes(32).toString('hex')
      : createHmac('sha256', secret).update('challenge').digest('hex');
  return {
    name: 'altcha',
    async create(asked) {
      const challenge = await createChallenge({
        algorithm: 'SHA-256',
        cost: costOf(asked),
        deriveKey,
        keyPrefix: KEY_PREFIX,
        hmacSignatureSecret,
        data: { ...boundTo(asked) },
      });
      return challenge as unknown as JsonObject;
    },
    async verify(solution, asked) {
      const payload = readPayload(solution);
      if (payload === undefined) return failed('wrong');
      const result = await verifySolution({ ...payload, deriveKey, hmacSignatureSecret }).catch(
        () => undefined,
      );
      if (result?.verified !== true) return failed('wrong');
      // Signed, so that they are as this server wrote them.
      const { sale, buyer, untilMs } = payload.challenge.parameters.data as unknown as Bound;
      const wanted = boundTo(asked);
      if (sale !== wanted.sale || buyer !== wanted.buyer) return failed('of-another');
      if (asked.nowMs >= untilMs) return failed('expired');
      // Asked for before they were as odd as they are: they have to ask again.
      if (payload.challenge.parameters.cost < costOf(asked) / COST_SLACK) return failed('expired');
      const id = `altcha ${payload.challenge.parameters.nonce}`;
      return { ok: true, id, untilMs, madeMs: untilMs - VALID_MS };
    },
  };
}

function costOf({ terms: { cost = COST_DEFAULT }, score }: ChallengeAsked): number {
  return Math.round(cost * 2 ** (score / POINTS_TO_DOUBLE));
}

function boundTo({ sale, buyer, nowMs }: ChallengeAsked): Bound {
  return { sale, buyer: buyer ?? null, untilMs: nowMs + VALID_MS };
}

/** As the widget sends it: JSON in base64. */
function readPayload(
  text: string,
): { challenge: Challenge; solution: Payload['solution'] } | undefined {
  try {
    const { challenge, solution } = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    const isWhole =
      typeof challenge?.parameters === 'object' &&
      challenge.parameters !== null &&
      typeof challenge.signature === 'string' &&
      typeof solution === 'object' &&
      solution !== null;
    return isWhole ? { challenge, solution } : undefined;
  } catch {
    return undefined;
  }
}

function failed(why: 'wrong' | 'of-another' | 'expired'): Checked {
  return { ok: false, why };
}
