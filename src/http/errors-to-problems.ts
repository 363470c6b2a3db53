// Turns everything that is thrown on the way of a request into a problem: shapes that do not fit,
// bodies that are no JSON, stores that are not there, and requests that are no HTTP at all. What is
// left over is a fault of ours: it is logged, and the caller learns nothing about the inside.

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type {
  FastifyBaseLogger,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
} from 'fastify';
import type { JsonObject } from '../engines/contract.ts';
import { HoldfastError } from '../errors.ts';
import { sendProblem } from './answer.ts';
import { ShapeError } from './check-shape.ts';
import type { Answering } from './exchange.ts';
import { PROBLEM_TYPE, type ProblemCode, problem } from './problem.ts';

type Said = [code: ProblemCode, details?: JsonObject];

export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      const { bodyLimit: bytesMax } = request.routeOptions;
      return sendProblem(reply, 'body-too-large', { bytesMax });
    }
    return sendError(error, reply, request.log);
  });
}

/** Answers with the problem of an error. What is a fault of ours is logged. */
export function sendError<Reply extends Answering>(
  error: FastifyError,
  reply: Reply,
  log: Pick<FastifyBaseLogger, 'error'>,
): Reply {
  const [code, details] = said(error);
  if (code === 'internal') log.error({ err: error }, 'request failed');
  return sendProblem(reply, code, details);
}

/** Answers a connection on which no request came in time, and ends it. */
export function answerLate(socket: Socket): void {
  const error = Object.assign(new Error('no request in time'), {
    code: 'ERR_HTTP_REQUEST_TIMEOUT',
  });
  answerBrokenHttp.clientErrorHandler(error, socket);
}

/** For `fastify()`: errors that come before any route is found, and bytes that are no request. */
export const answerBrokenHttp = {
  frameworkErrors(error: FastifyError, _: FastifyRequest, reply: FastifyReply): void {
    sendProblem(reply, ...said(error));
  },
  clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const body = problem(BROKEN[error.code ?? ''] ?? 'malformed-http');
    const text = JSON.stringify(body);
    socket.end(
      `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}\r\nConnection: close\r\n` +
        `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
  },
};

const BROKEN: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

const BY_ERROR_CODE: Record<string, Said> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'invalid-request',
    { field: 'body', expected: 'as many bytes as Content-Length says' },
  ],
  FST_ERR_BAD_URL: ['invalid-request', { field: 'address', expected: 'well-formed UTF-8' }],
  FST_ERR_MAX_PARAM_LENGTH: ['address-too-long'],
};

function said(error: FastifyError): Said {
  if (error instanceof HoldfastError) return [error.code, error.details];
  // The framework may hand on what a validator returned as an error of its own.
  const shape = error instanceof ShapeError ? error : error.cause;
  if (shape instanceof ShapeError) {
    return ['invalid-request', { field: shape.field, expected: shape.expected }];
  }
  const known = BY_ERROR_CODE[error.code];
  if (known !== undefined) return known;
  if (error.statusCode === 400) return ['invalid-request', { field: 'body', expected: 'JSON' }];
  return ['internal'];
}
