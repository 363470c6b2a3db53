// What an outcome means for the call: answered for good, to be sent again, or nothing that a Holdfast
// server says. The one table of what is sent again; everything in it is safe, because the command
// keeps its key.

import { type Answer, type Refusal, readRefusal } from './answer.ts';
import type { Outcome, Reply } from './exchange.ts';

export type Verdict =
  | { is: 'answered'; answer: Answer<unknown> }
  | { is: 'passing'; mayHaveTakenEffect: boolean; refusal?: Refusal | undefined; cause?: unknown }
  | { is: 'unexpected' };

/** Whether a command may have taken effect although this was the reply. */
const PASSING: Readonly<Record<number, { mayHaveTakenEffect: boolean }>> = {
  0: { mayHaveTakenEffect: true },
  408: { mayHaveTakenEffect: false },
  429: { mayHaveTakenEffect: false },
  502: { mayHaveTakenEffect: true },
  503: { mayHaveTakenEffect: true },
  504: { mayHaveTakenEffect: true },
};

/** 503s by which the server says that it has not even tried. */
const NOT_TRIED: ReadonlySet<string> = new Set(['overloaded', 'contended']);

export function judge(outcome: Outcome): Verdict {
  const { status } = outcome;
  if ('cause' in outcome) return { is: 'passing', mayHaveTakenEffect: true, cause: outcome.cause };
  if (status >= 200 && status < 300 && outcome.body !== undefined)
    return { is: 'answered', answer: accepted(outcome) };
  const refusal = status >= 400 ? readRefusal(outcome.body) : undefined;
  const passing = PASSING[status];
  if (passing !== undefined) {
    const mayHaveTakenEffect = passing.mayHaveTakenEffect && !NOT_TRIED.has(refusal?.code ?? '');
    return { is: 'passing', mayHaveTakenEffect, refusal };
  }
  // The same command is being worked on: it has no outcome yet.
  if (refusal?.code === 'request-in-flight')
    return { is: 'passing', mayHaveTakenEffect: true, refusal };
  // A fault inside the server leaves open what became of the command.
  if (refusal === undefined || refusal.code === 'internal') return { is: 'unexpected' };
  return { is: 'answered', answer: refusal };
}

function accepted({ repeated, body }: Reply): Answer<unknown> {
  return { ok: true, repeated, value: body };
}
