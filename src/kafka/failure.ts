// What the library of Kafka says went wrong, in one sentence: it wraps errors into errors, of which the
// innermost says why.

import { findErrorBy, UserError } from '@platformatic/kafka';

/** An error with that sentence, which has the other one as its cause. */
export function plainFailure(error: unknown): Error {
  return new Error(innermost(error), { cause: error });
}

/** Whether a broker answered so: `TOPIC_ALREADY_EXISTS`. */
export function isAnswer(error: unknown, name: string): boolean {
  return error instanceof Error && findErrorBy(error, 'apiId', name) !== null;
}

/** The library says so itself, before it asks for anything of the topic. */
export function isUnknownTopic(error: unknown): boolean {
  return error instanceof UserError && error.message.startsWith('Unknown topic');
}

function innermost(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return innermost(error.errors.at(-1));
  }
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}
