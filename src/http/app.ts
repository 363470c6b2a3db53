// Puts the parts of the HTTP side together: what every request passes, in its order, then the
// routes. Must not listen; server.ts does.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import type { Logger } from 'pino';
import { TrustedProxies } from '../admission/trusted-proxies.ts';
import type { FeedOptions, LiveFeed } from '../events/live-feed.ts';
import type { PaymentProvider } from '../orders/payments/provider.ts';
import type { Stock } from '../stock.ts';
import { openUses, type Uses, type UsesOptions } from '../uses/open-uses.ts';
import type { OrderQueue } from '../uses/queue/order-queue.ts';
import type { EventPublisher } from '../uses/relay/event-publisher.ts';
import { authorise } from './access/authorise.ts';
import { limitKeys } from './access/key-rate.ts';
import type { KeyRing } from './access/key-ring.ts';
import { declareRoles, openPages } from './access/route-roles.ts';
import { sendRefusal } from './answer.ts';
import { compileShape } from './check-shape.ts';
import { knowClients } from './client-address.ts';
import { Connections } from './connections.ts';
import { DirectRoutes } from './direct/direct-routes.ts';
import { type DirectParts, DirectWay } from './direct/direct-way.ts';
import {
  type AdmissionOptions,
  type AdmissionParts,
  openAdmission,
} from './door/open-admission.ts';
import { answerBrokenHttp, answerErrors, answerLate, sendError } from './errors-to-problems.ts';
import { type HeapRoom, watchHeap } from './heap-room.ts';
import { takeKey } from './idempotency-key.ts';
import { readJsonBodies } from './json-body.ts';
import { type LoopDelay, watchLoop } from './loop-delay.ts';
import { guardOrigin } from './loopback-only.ts';
import { openFeed } from './open-feed.ts';
import { type OpenRooms, openRooms } from './open-rooms.ts';
import { describeApi } from './openapi.ts';
import { turnAwayLate, turnAwayOverload, turnAwayShortOfMemory } from './overload.ts';
import { checkRequests, type RequestCheck, stopped } from './request-checks.ts';
import { consoleRoutes } from './routes/console.ts';
import { paymentCallbackRoutes } from './routes/payment-callbacks.ts';
import { ROUTES } from './routes.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { lookForLateEveryMs, SERVER_LIMITS, type ServerLimits } from './server-limits.ts';
import { sharedLogger } from './shared-logger.ts';
import { usesOptions } from './uses-options.ts';
import { answerWrongAddresses } from './wrong-address.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What routes work with. */
export interface Parts extends AdmissionParts {
  stock: Stock;
  /** Orders, and what else is built on the stock. */
  uses: Uses;
  feed: LiveFeed;
  events: EventTimes;
  connections: Connections;
  heap: HeapRoom;
  /** Waiting rooms of sales, and who may go in. */
  waiting: OpenRooms;
  /** Aborted once the server is asked to stop. */
  stopping: AbortSignal;
}

export interface EventTimes {
  heartbeatMs: number;
  /** How long a connection to the feed may take nothing before it is cut. */
  stallMs: number;
}

const EVENT_TIMES: EventTimes = { heartbeatMs: 15_000, stallMs: 30_000 };

/** `windowMs`: at most one message to a reader in so many ms, 100 by default. */
export type EventOptions = Partial<EventTimes> & Pick<FeedOptions, 'windowMs' | 'ticker'>;

export interface AppOptions {
  stock: Stock;
  /** Ways to pay. */
  providers?: readonly PaymentProvider[] | undefined;
  keys?: KeyRing | undefined;
  limits?: Partial<ServerLimits> | undefined;
  stopping?: AbortSignal | undefined;
  logger?: Logger | undefined;
  events?: EventOptions | undefined;
  /** Ways to reach buyers. */
  senders?: UsesOptions['senders'];
  /** Where webhooks may go, and how long they may take. */
  webhooks?: UsesOptions['webhooks'];
  notices?: UsesOptions['notices'];
  /** How long offers to those who wait stand. */
  waiting?: UsesOptions['waiting'];
  /** Where every event goes; closed with the server. */
  publisher?: EventPublisher | undefined;
  /** What orders wait in, instead of the journal; closed with the server. */
  queue?: OrderQueue | undefined;
  /** Proxies that are believed in X-Forwarded-For: addresses and prefixes. None without it. */
  trustProxy?: readonly string[] | undefined;
  /** What stands before the sales; closed with the server. */
  admission?: AdmissionOptions | undefined;
}

/** Pool ids have 128 characters, each of which may be percent-encoded. */
const PARAM_LENGTH_MAX = 512;

export async function buildApp(options: AppOptions): Promise<App> {
  const { keys, logger } = options;
  const limits = { ...SERVER_LIMITS, ...options.limits };
  const app: App = fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: sharedLogger(logger) }),
    logController: new LogController({ disableRequestLogging: true }),
    ...serverOptions(limits),
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    // Whoever still has a connection while the server closes is answered, and told to close it.
    return503OnClosing: false,
    ...answerBrokenHttp,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.maxConnections = limits.connectionsMax;
  app.setValidatorCompiler(compileShape);
  app.setSerializerCompiler(() => (body) => JSON.stringify(body));
  app.decorateRequest('idempotencyKey', '');
  app.decorateRequest('keyIsNew', false);
  const proxies = new TrustedProxies(options.trustProxy);
  knowClients(app, proxies);
  answerErrors(app);
  readJsonBodies(app);
  declareRoles(app);
  const parts = await makeParts(app, options);
  const inFlight = () =>
    parts.connections.inFlight - parts.feed.readers - parts.waiting.rooms.watching;
  const checks = [
    addSecurityHeaders,
    answerWrongAddresses(app),
    guardOrigin(keys),
    authorise(app, keys),
    limitKeys(keys),
    takeKeys,
    turnAwayOverload({ inFlightMax: limits.inFlightMax, inFlight }),
    turnAwayLate({ loopDelayMaxMs: limits.loopDelayMaxMs, loop: watchedLoop(app) }),
    turnAwayShortOfMemory(parts.heap),
  ];
  checkRequests(app, checks);
  openDirectWay(app, { limits, checks, proxies, connections: parts.connections });
  await describeApi(app);
  for (const routes of ROUTES) routes(app, parts);
  await paymentCallbackRoutes(app, parts);
  await app.register(openPages(consoleRoutes));
  return app;
}

/** The hottest routes are answered before the framework is asked, through the same checks. */
function openDirectWay(
  app: App,
  parts: Pick<DirectParts, 'limits' | 'checks' | 'proxies' | 'connections'>,
): void {
  const way = new DirectWay({
    ...parts,
    server: app.server,
    routes: new DirectRoutes(app),
    fail: (error, reply) => sendError(error as FastifyError, reply, app.log),
    late: answerLate,
  });
  app.addHook('preClose', async () => way.stop());
}

function serverOptions(limits: ServerLimits) {
  return {
    bodyLimit: limits.bodyMaxBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    http: {
      maxHeaderSize: limits.headersMaxBytes,
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      connectionsCheckingInterval: lookForLateEveryMs(limits),
    },
  };
}

const COMMANDS: ReadonlySet<string> = new Set(['POST', 'PUT', 'DELETE']);

/** Every command has a key, and every reply to a command names it, a 503 too. */
const takeKeys: RequestCheck = (request, reply) => {
  if (!COMMANDS.has(request.method)) return true;
  const refused = takeKey(request, reply);
  return refused === undefined || stopped(sendRefusal(reply, refused));
};

function watchedLoop(app: App): LoopDelay {
  const loop = watchLoop();
  app.addHook('onClose', async () => loop.close());
  return loop;
}

async function makeParts(app: App, options: AppOptions): Promise<Parts> {
  const { stock, events, stopping, logger } = options;
  const uses = await openUses(stock, usesOptions(options));
  app.addHook('onClose', () => uses.close());
  const admission = await openAdmission(app, stock, options.admission);
  const feed = openFeed(stock.engine, events);
  const onError = (err: unknown) => logger?.warn({ err }, 'a waiting room stands still');
  const waiting = openRooms({ stock, uses, onError }, options.admission);
  // What a room waits for before it lets anybody in, can be shown from now on.
  app.addHook('onListen', async () => waiting.rooms.start());
  const connections = new Connections(app.server);
  const heap = watchHeap();
  app.addHook('onClose', async () => heap.close());
  app.decorate('cutConnections', () => connections.cut());
  app.addHook('preClose', async () => {
    connections.endIdle();
    // Streams never end by themselves: closing would wait for them for ever.
    feed.end();
    waiting.rooms.close();
  });
  return {
    stock,
    uses,
    feed,
    waiting,
    connections,
    heap,
    ...admission,
    events: { ...EVENT_TIMES, ...events },
    stopping: stopping ?? new AbortController().signal,
  };
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Ends every connection, whatever it has in hand. */
    cutConnections(): void;
  }
}
