import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';

import { CallError } from '@fusion-platform/contract';

export interface Health {
  /** Each part that must work, by name; a check throws when its part does not. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  readonly metrics: Registry;
  readonly metricsToken: string | undefined;
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

export function serveHealth(app: FastifyInstance, { checks, metrics, metricsToken }: Health): void {
  app.get('/healthz', async (request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        try {
          await check();
          return [name, 'ok'] as const;
        } catch (error) {
          request.log.error({ err: error, part: name }, 'health check failed');
          return [name, 'failed'] as const;
        }
      }),
    );
    const healthy = results.every(([, result]) => result === 'ok');
    return await reply
      .code(healthy ? 200 : 503)
      .send({ status: healthy ? 'ok' : 'failed', parts: Object.fromEntries(results) });
  });

  app.get('/metrics', async (request, reply) => {
    const allowed = metricsToken
      ? sameText(request.headers.authorization ?? '', `Bearer ${metricsToken}`)
      : isLocal(request) && namesThisMachine(request);
    // No page of another site reads what this machine may.
    reply.removeHeader('access-control-allow-origin');
    if (!allowed)
      throw new CallError('unauthorised', 'The metrics ask for the token of FUSION_METRICS_TOKEN');
    return await reply.type(metrics.contentType).send(await metrics.metrics());
  });
}

/** Behind a proxy on this machine everybody seems to be local, but for what the proxy says of them. */
function isLocal({ ip, headers }: FastifyRequest): boolean {
  const forwarded = headers['x-forwarded-for'] ?? headers['forwarded'] ?? headers['x-real-ip'];
  return forwarded === undefined && loopback.has(ip);
}

/** A page whose name was made to point here asks under that name. */
function namesThisMachine({ headers }: FastifyRequest): boolean {
  const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || isIP(name) !== 0;
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
