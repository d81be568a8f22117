import { fastify } from 'fastify';

/** Fastify that answers each path with a value and does nothing else: what a benchmark is held against. @returns its address */
export async function startBareServer(values: Readonly<Record<string, unknown>>): Promise<string> {
  const app = fastify();
  for (const [path, value] of Object.entries(values)) app.get(path, async () => value);
  return await app.listen({ port: 0, host: '127.0.0.1' });
}
