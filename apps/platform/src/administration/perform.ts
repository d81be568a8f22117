import { addCredits, addOrganisation, addUser, createSignInLink } from '../accounts/index.ts';
import type { Database } from '../database/index.ts';
import { listNodes } from '../nodes/index.ts';
import type { Node } from '../nodes/index.ts';
import type { Command, Done } from './command.ts';

/**
 * Does what the operator wants.
 * @param context.url how users reach the platform
 * @throws CallError naming what is wrong
 */
export async function perform(
  command: Command,
  { database, url }: { readonly database: Database; readonly url: string },
): Promise<Done> {
  switch (command.name) {
    case 'add-organisation': {
      const { organisation: name, credits } = command;
      const id = await addOrganisation(database, { name, credits });
      return { text: `The organisation has the id ${id}`, json: { id, name, credits }, ids: [id] };
    }
    case 'add-credits': {
      const { organisation, credits, purse } = command;
      await addCredits(database, { organisation, credits, purse });
      return { text: 'The credits are there', json: { organisation, credits, purse }, ids: [] };
    }
    case 'add-user': {
      const password = await addUser(database, command.user);
      const { email, organisation, roles } = command.user;
      return {
        text: password
          ? `The user can log in with the password ${password} (shown this once)`
          : 'The user can log in',
        json: { email, organisation, roles, password: password ?? null },
        ids: password ? [password] : [],
      };
    }
    case 'nodes': {
      const nodes = await listNodes(database.queries);
      return {
        text: nodes.length === 0 ? 'No platform runs on this database' : nodes.map(lineOf).join('\n'),
        json: { nodes },
        ids: nodes.map(({ id }) => id),
      };
    }
    case 'sign-in-link': {
      const link = await createSignInLink(database, command.email, url);
      const { email, url: address, expiresAt } = link;
      return {
        text: `${address}\nIt logs ${email} in, once, until ${expiresAt.toISOString()}`,
        json: { email, url: address, expires_at: expiresAt.toISOString() },
        ids: [address],
      };
    }
  }
}

function lineOf(node: Node): string {
  const { id, name, state, address, slots, memory_mb: memory, runtime, isolation, version } = node;
  const room = `${slots} slots, ${Math.round(memory)} MiB, ${runtime ?? 'starting'} (${isolation ?? 'not known yet'})`;
  return `${id}  ${state}  ${name}  ${address ?? '-'}  ${room}  version ${version}, since ${node.started_at}, heard of ${node.heartbeat_at}`;
}
