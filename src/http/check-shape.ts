// Checks the shape of what comes in against its schema: fields, types, nothing unknown. The bounds
// that schemas show (lengths, ranges, patterns) are for the reader of the OpenAPI document; in
// bodies the kernel judges them, so that callers in process and over HTTP meet the same checks.

import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** A request part does not have the shape that its schema states. */
export class ShapeError extends Error {
  readonly field: string;
  readonly expected: string;

  constructor(field: string, expected: string) {
    super(`${field}: expected ${expected}`);
    this.name = 'ShapeError';
    this.field = field;
    this.expected = expected;
  }
}

/** Marks a body that may be left out. */
export const OPTIONAL_BODY = 'x-optional-body';
/** Marks what is checked where it is used: the schema is for the reader alone. */
export const CHECKED_LATER = 'x-checked-later';

const WHOLE = /^\d{1,15}$/;

export const compileShape: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (httpPart === 'body') return bodyCheck(schema);
  if (httpPart === 'querystring') return queryCheck(schema);
  // Headers and parameters are documented by their schemas and read where they are used.
  return () => true;
};

/** Compiles the check of a body, or of one item of a list; `whole` names what holds the fields. */
export function shapeCheck(schema: TSchema, whole: string) {
  const compiled = whenNeeded(() => withoutBounds(schema) as TSchema);
  return (value: unknown): ShapeError | undefined => {
    const shape = compiled();
    return shape.Check(value) ? undefined : shapeError(shape.Errors(value), whole);
  };
}

/** Compiles with the first request: of a server's 150 schemas few are ever used, and all took 100 ms of its start. */
function whenNeeded(schema: () => TSchema) {
  let shape: ReturnType<typeof Compile<TSchema>> | undefined;
  return () => {
    shape ??= Compile(schema());
    return shape;
  };
}

/** True, or what a body that is left out stands for, or what is wrong. */
export function bodyCheck(schema: TSchema) {
  const optional = OPTIONAL_BODY in schema;
  const check = shapeCheck(schema, 'body');
  return (value: unknown) => {
    // The framework says null where there is no body.
    if (value === null && optional) return { value: {} };
    const error = check(value);
    return error === undefined ? true : { error };
  };
}

/** What a query stands for, or what is wrong. */
export function queryCheck(schema: TSchema) {
  const compiled = whenNeeded(() => schema);
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  return (value: unknown) => {
    const query: Record<string, unknown> = { ...(value as object) };
    for (const [name, { type }] of Object.entries(properties)) {
      const given = query[name];
      if (type === 'integer' && typeof given === 'string' && WHOLE.test(given)) {
        query[name] = Number(given);
      }
      if (type === 'array' && typeof given === 'string') query[name] = [given];
    }
    const shape = compiled();
    if (shape.Check(query)) return { value: query };
    return { error: shapeError(shape.Errors(query), 'query') };
  };
}

const BOUNDS: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
]);

function withoutBounds(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutBounds);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (CHECKED_LATER in schema) return {};
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => !BOUNDS.has(name))
      .map(([name, value]) => [name, withoutBounds(value)]),
  );
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  message: string;
  params: object;
}

/** The first error, said the way the kernel says it. */
function shapeError(errors: readonly SchemaError[], whole: string): ShapeError {
  const error = errors.find(({ keyword }) => keyword !== 'boolean') ?? errors[0]!;
  const path = error.instancePath.slice(1);
  const { additionalProperties: extra, requiredProperties: missing } = error.params as {
    additionalProperties?: string[];
    requiredProperties?: string[];
  };
  if (extra !== undefined) return new ShapeError(join(path, extra[0]!), 'no such field');
  if (missing !== undefined) return new ShapeError(join(path, missing[0]!), 'a value');
  return new ShapeError(path || whole, error.message.replace(/^must (?:be )?/, ''));
}

function join(path: string, name: string): string {
  const shown = name.slice(0, 64);
  return path === '' ? shown : `${path}/${shown}`;
}
