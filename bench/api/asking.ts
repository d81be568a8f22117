/** A server in a process of its own that asks the database for a component and does nothing else. */
import { startAskingServer } from '../../apps/platform/src/testing/asking-server.ts';

process.once('message', (where: { readonly url?: string; readonly folder: string }) => {
  void startAskingServer(where).then((url) => process.send!(url));
});
