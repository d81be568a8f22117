import { randomUUID } from 'node:crypto';

import cors from '@fastify/cors';
import { fastify, LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply } from 'fastify';
import { Histogram } from 'prom-client';

import { CallError, logFileHeaders } from '@fusion-platform/contract';

import type { Accounts } from '../accounts/index.ts';
import type { Database } from '../database/index.ts';
import { createAttemptLimit } from './attempt-limit.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import { asCallError, errorAnswer } from './errors.ts';
import { createIdempotency } from './idempotency.ts';
import { refuseHugeJson } from './json-limits.ts';
import { limitBodies } from './patience.ts';
import type { Route } from './route.ts';
import { uploadHeaders } from './resume-uploads.ts';
import { fileLimit, followLimit, openLiveStreams } from './live-streams.ts';
import { browserSessionRoutes } from './routes/browser-sessions.ts';
import { serveDashboard } from './routes/dashboard.ts';
import type { Dashboard } from './routes/dashboard.ts';
import { checkMapTiles, serveMapTiles } from './routes/map-tiles.ts';
import { serveHealth } from './routes/health.ts';
import type { Health } from './routes/health.ts';
import { memberRoutes } from './routes/members.ts';
import { organisationRoutes } from './routes/organisations.ts';
import { serveReference } from './routes/reference.ts';
import { userRoutes } from './routes/users.ts';
import { serveRoute } from './serve-route.ts';
import type { Who } from './serve-route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    userId: string;
    /** Who calls; null before that is known. */
    who: Who | null;
  }
  interface FastifyContextConfig {
    callId?: string;
    /** Its body may be of any length, and take its time. */
    takesFiles?: boolean;
  }
}

export interface ServerOptions {
  readonly database: Database;
  readonly accounts: Accounts;
  /** The routes of the subjects; those of users and organisations are the server's own. */
  readonly routes: readonly Route[];
  /** Routes outside the contract, such as the signed addresses of files. */
  readonly plugins: readonly ((app: FastifyInstance) => void | Promise<void>)[];
  readonly health: Health;
  readonly openApi: () => object;
  readonly origin: () => string;
  readonly log: FastifyBaseLogger;
  /** How many proxies in front are believed about the caller's address, or the addresses of those that are. */
  readonly trustProxy: number | readonly string[];
  readonly loginAttemptsPerMinute: number;
  /** Instead of one of so many attempts. */
  readonly attemptLimit?: AttemptLimit;
  /** The built dashboard; none is served without it. */
  readonly dashboard?: Dashboard;
}

/** The largest body before it is known who calls. What calls of the contract may send is said by each. */
const bodyLimit = 4096;

export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { accounts, database, log, origin } = options;
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit,
    trustProxy: trustOf(options.trustProxy),
    forceCloseConnections: true,
    // Of an address that cannot be decoded.
    frameworkErrors: (error, request, reply) => {
      const { status, body } = errorAnswer(error, request.id);
      (reply as FastifyReply).code(status).send(body);
    },
    routerOptions: { maxParamLength: 500 },
  });
  app.decorateRequest('userId', '');
  app.decorateRequest('who', null);
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'x-request-id',
      'retry-after',
      'repr-digest',
      'content-range',
      'accept-ranges',
      'etag',
      'content-disposition',
      'x-fusion-platform-idempotency',
      ...Object.values(logFileHeaders),
      ...uploadHeaders,
    ],
    maxAge: 86_400,
  });
  allowEmptyBodies(app);
  answerErrors(app);
  limitBodies(app);
  observe(app, options.health);

  const { attemptLimit = createAttemptLimit(options.loginAttemptsPerMinute) } = options;
  const idempotency = createIdempotency(database);
  const hearEnded = async (heard: (userId: string) => void) => await accounts.hearEnded(heard);
  const streams = await openLiveStreams(hearEnded, followLimit);
  const files = await openLiveStreams(hearEnded, fileLimit);
  app.addHook('onClose', async () => {
    await streams.close();
    await files.close();
  });
  const frame = { accounts, origin, idempotency, streams, files };
  const routes = [
    ...userRoutes(accounts, attemptLimit),
    ...browserSessionRoutes(accounts, attemptLimit, idempotency),
    ...organisationRoutes(accounts),
    ...memberRoutes(accounts.members, attemptLimit),
    ...options.routes,
  ];
  for (const route of routes) serveRoute(app, route, frame);
  for (const plugin of options.plugins) await app.register(async (scope) => await plugin(scope));
  serveHealth(app, options.health);
  await serveReference(app, options.openApi);
  if (options.dashboard !== undefined) await serveDashboard(app, options.dashboard);
  const { tiles } = options.dashboard ?? {};
  if (tiles && 'file' in tiles) {
    await checkMapTiles(tiles.file);
    serveMapTiles(app, tiles.file, { accounts, origin });
  }
  return app;
}

/** Of `X-Forwarded-For` the proxies' own words count: the first address from the right that is none of theirs. */
function trustOf(
  proxies: number | readonly string[],
): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof proxies !== 'number') return [...proxies];
  return proxies === 0 ? false : (_address, hop) => hop < proxies;
}

/** The Python client says `application/json` on calls that have no body. */
function allowEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body === '') {
      done(null, undefined);
      return;
    }
    try {
      refuseHugeJson(body);
    } catch (error) {
      done(error as Error);
      return;
    }
    void parse(request, body, done);
  });
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) => {
    const { status, body, retryAfterSeconds } = errorAnswer(error, request.id);
    if (status >= 500) request.log.error({ err: error }, 'call failed');
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    return await reply.code(status).send(body);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const error = asCallError(
      new CallError('not_found', `There is no call ${request.method} ${request.url.split('?')[0]}`),
    );
    return await reply.code(404).send(errorAnswer(error, request.id).body);
  });
}

function observe(app: FastifyInstance, { metrics }: Health): void {
  const seconds = new Histogram({
    name: 'fusion_http_request_seconds',
    help: 'Time to answer a call, by call and status',
    labelNames: ['call', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [metrics],
  });
  // Called back at once: to wait for what waits for nothing takes as long as the rest of a hook.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('x-fusion-platform-idempotency', '1');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const call = request.routeOptions.config?.callId ?? request.routeOptions.url ?? 'none';
    seconds.observe({ call, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    // The path alone: a query or a signed address could hold what must not be logged.
    const path = request.routeOptions.config?.callId ? request.url.split('?')[0] : request.routeOptions.url;
    request.log.info(
      {
        call,
        method: request.method,
        path,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        ...(request.userId ? { user: request.userId } : {}),
      },
      'answered',
    );
    done();
  });
}
