import type { Cli } from '../../command/index.ts';
import { findSaved, forget } from '../../session/index.ts';

export async function run(cli: Cli): Promise<void> {
  const target = await cli.target();
  const saved = await findSaved(cli.env, target);
  if (saved) await forget(cli.env, saved);
  cli.out.result({
    json: { url: target.url, logged_out: saved !== undefined },
    ids: saved ? [saved.userId] : [],
    text: () =>
      saved ? `Logged out: ${saved.email} at ${saved.url}` : `Nobody was logged in at ${target.url}`,
  });
}
