/** Bare Fastify in a process of its own: answers each path that it is told of with the value it is told. */
import { startBareServer } from '../../apps/platform/src/testing/bare-server.ts';

process.once('message', (values: Readonly<Record<string, unknown>>) => {
  void startBareServer(values).then((url) => process.send!(url));
});
