// What checks and routes may ask of a request and do with a reply. The framework's own objects have all
// of it, and so have those of the direct way, so that both go through the same code. Types only.

import type { ServerResponse } from 'node:http';
import type { Address } from '../kernel/address.ts';
import type { Role } from './access/roles.ts';
import type { Access } from './access/route-roles.ts';

/** Headers that the product reads. One that is missing here would be missed on the direct way. */
export type ReadHeader =
  | 'authorization'
  | 'content-length'
  | 'content-type'
  | 'holdfast-device'
  | 'host'
  | 'idempotency-key'
  | 'if-match'
  | 'if-none-match'
  | 'prefer'
  | 'sec-fetch-site'
  | 'x-forwarded-for';

export type ReadHeaders = {
  readonly [Name in ReadHeader]?:
    | (Name extends 'idempotency-key' ? string | string[] : string)
    | undefined;
};

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadHeaders;
  readonly host: string;
  readonly hostname: string;
  readonly is404: boolean;
  /** Where it came from; read anew each time it is asked. */
  readonly clientAddress: Address;
  readonly routeOptions: {
    readonly url?: string | undefined;
    readonly config: { readonly access?: Access };
  };
  idempotencyKey: string;
  keyIsNew: boolean;
  principal: string;
  role: Role;
}

/** With what it carries, which has the shape that its route states. */
export type Carrying<Body = unknown, Params = unknown, Query = unknown> = Asked & {
  body: Body;
  params: Params;
  query: Query;
};

export type Command<Body, Params = unknown> = Carrying<Body, Params>;
export type Question<Params, Query = unknown> = Carrying<unknown, Params, Query>;

export interface Answering {
  header(name: string, value: string): unknown;
  code(status: number): Answering;
  type(mediaType: string): Answering;
  /** An error is answered with its problem. */
  send(body?: unknown): unknown;
  /** Node's own, on the framework's way alone. */
  readonly raw?: ServerResponse;
}
