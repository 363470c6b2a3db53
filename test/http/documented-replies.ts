// Holds replies against the OpenAPI document: a status that a route does not state, or a body that
// is not of the shape it states, fails the test that saw it.

import assert from 'node:assert/strict';
import { Compile } from 'typebox/schema';

interface Answered {
  method: string;
  path: string;
  status: number;
  body: unknown;
}

interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, Described> }>>;
  components: object;
}

interface Described {
  content?: Record<string, { schema: object }>;
}

/** What any request may meet before it reaches a route. */
const BEFORE_ROUTES: ReadonlySet<number> = new Set([403, 404, 405, 413, 415, 421, 500, 503]);

export class DocumentedReplies {
  readonly #document: OpenApi;
  readonly #compiled = new Map<object, { Check(value: unknown): boolean }>();

  constructor(document: object) {
    this.#document = document as OpenApi;
  }

  check({ method, path, status, body }: Answered): void {
    const responses = this.#responses(method, path);
    if (responses === undefined) return;
    const described = responses[status];
    if (described === undefined) {
      assert.ok(BEFORE_ROUTES.has(status), `${method} ${path} answered ${status}: ${tell(body)}`);
      return;
    }
    for (const { schema } of Object.values(described.content ?? {})) {
      assert.ok(
        this.#shape(schema).Check(body),
        `${method} ${path}: not as described ${tell(body)}`,
      );
    }
  }

  #responses(method: string, path: string) {
    const name = path.split('?', 1)[0]!;
    for (const [pattern, operations] of Object.entries(this.#document.paths)) {
      const matches = new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(name);
      const operation = operations[method.toLowerCase()];
      if (matches && operation !== undefined) return operation.responses;
    }
    return undefined;
  }

  #shape(schema: object) {
    let compiled = this.#compiled.get(schema);
    if (compiled === undefined) {
      compiled = Compile({ ...schema, components: this.#document.components } as never);
      this.#compiled.set(schema, compiled);
    }
    return compiled;
  }
}

function tell(body: unknown): string {
  return JSON.stringify(body).slice(0, 500);
}
