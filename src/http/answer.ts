// Turns what the library answered into a reply: status, body, ETag, whether it is a repeat. One
// place for every route, so that the same answer looks the same everywhere. Holds no rule.

import type { JsonObject } from '../engines/contract.ts';
import type { Refused } from '../kernel/refusals.ts';
import type { Answer } from '../stock.ts';
import { entityTag } from './entity-tag.ts';
import type { Answering } from './exchange.ts';
import { PROBLEM_TYPE, type ProblemCode, problem, retryAfterS } from './problem.ts';

export interface Shown<T> {
  /** Status of a success. Default 200. */
  status?: number;
  body: (value: T) => object;
  /** The version that the ETag names, where the body is a whole pool or reservation. */
  version?: (value: T) => number;
}

/** Sends an answer. A repeat gets the status and body of the first time, and says that it is one. */
export function sendAnswer<T, Reply extends Answering>(
  reply: Reply,
  answer: Answer<T>,
  shown: Shown<T>,
): Reply {
  if (!answer.ok) return sendRefusal(reply, answer);
  if (answer.repeated) reply.header('Idempotency-Replayed', 'true');
  if (shown.version !== undefined) reply.header('ETag', entityTag(shown.version(answer.value)));
  reply.code(shown.status ?? 200).send(shown.body(answer.value));
  return reply;
}

/**
 * Sends an answer once it is there. For routes that are asked most: handing the framework a promise
 * of the reply costs it 1 µs, because a reply is itself something to wait for.
 */
export function sendWhenAnswered<T>(
  reply: Answering,
  answered: Promise<T>,
  send: (answer: T) => unknown,
): void {
  answered.then(
    (answer) => {
      try {
        send(answer);
      } catch (error) {
        reply.send(error);
      }
    },
    (error: unknown) => {
      reply.send(error);
    },
  );
}

export function sendRefusal<Reply extends Answering>(reply: Reply, refused: Refused): Reply {
  return sendProblem(reply, refused.code, refused.details);
}

export function sendProblem<Reply extends Answering>(
  reply: Reply,
  code: ProblemCode,
  details?: JsonObject,
): Reply {
  const body = problem(code, details);
  const afterS = retryAfterS(code, details);
  if (afterS !== undefined) reply.header('Retry-After', String(afterS));
  reply.code(body.status).type(PROBLEM_TYPE).send(body);
  return reply;
}
