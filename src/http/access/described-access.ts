// Adds to the description of each route what access control says about it: that it takes an API key,
// of which role, and what is answered otherwise. Describes only; authorise.ts decides.

import type { Access } from './route-roles.ts';

export const SECURITY_SCHEMES = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'hf_...',
    description: 'An API key. Not asked for by a server that was started without keys.',
  },
} as const;

interface Described {
  schema: object;
  url: string;
  route: { config?: { access?: Access } };
}

/** The schema of a route, with its role. `problem` describes what a 401, 403 and 429 look like. */
export function describeAccess({ schema, url, route }: Described, problem: object) {
  const access = route.config?.access;
  if (access === undefined || access === 'open') return { schema, url };
  const { response } = schema as { response?: object };
  const shown = {
    ...schema,
    description: `Role: ${access}.`,
    security: [{ apiKey: [] }],
    response: { ...response, 401: problem, 403: problem, 429: problem },
  };
  return { schema: shown, url };
}
