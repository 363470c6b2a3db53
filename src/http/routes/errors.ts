// The meaning of every problem, at the address that its `type` names.

import { Type } from 'typebox';
import { sendProblem } from '../answer.ts';
import type { App } from '../app.ts';
import { problems, reference } from '../openapi.ts';
import { PROBLEM_CODES, type ProblemCode, problem } from '../problem.ts';

const ProblemReply = reference('Problem');

export function errorRoutes(app: App): void {
  app.get(
    '/errors',
    {
      schema: {
        summary: 'List every problem that this server can answer',
        tags: ['server'],
        response: {
          200: { ...Type.Object({ errors: Type.Array(ProblemReply) }), description: 'All of them' },
        },
      },
    },
    async () => ({ errors: PROBLEM_CODES.map((code) => problem(code)) }),
  );

  app.get(
    '/errors/:code',
    {
      schema: {
        summary: 'Look up what a problem means',
        tags: ['server'],
        params: Type.Object({ code: Type.String() }),
        response: { 200: { ...ProblemReply, description: 'What it means' }, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { code } = request.params;
      if (!isCode(code)) return sendProblem(reply, 'unknown-route');
      return problem(code);
    },
  );
}

function isCode(code: string): code is ProblemCode {
  return (PROBLEM_CODES as readonly string[]).includes(code);
}
