import { createRequire } from 'node:module';
import { dirname } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>API reference</title>
    <link rel="stylesheet" href="/reference/assets/swagger-ui.css" />
    <link rel="icon" href="/reference/assets/favicon-32x32.png" />
  </head>
  <body>
    <div id="reference"></div>
    <script src="/reference/assets/swagger-ui-bundle.js"></script>
    <script src="/reference/start.js"></script>
  </body>
</html>
`;

const start = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  persistAuthorization: false,
  displayRequestDuration: true,
});
`;

/** Its own scripts, and calls of its own platform: whoever reads it may have typed a token into it. Swagger sets styles. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The OpenAPI document and a page to read it and try it. */
export async function serveReference(app: FastifyInstance, document: () => object): Promise<void> {
  app.get('/openapi.json', async () => document());
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  await app.register(fastifyStatic, {
    root: assets,
    prefix: '/reference/assets/',
    index: false,
    decorateReply: false,
  });
  app.get(
    '/reference',
    async (_request, reply) =>
      await reply
        .headers({
          'content-security-policy': policy,
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
        })
        .type('text/html; charset=utf-8')
        .send(page),
  );
  app.get('/reference/start.js', async (_request, reply) => await reply.type('text/javascript').send(start));
}
