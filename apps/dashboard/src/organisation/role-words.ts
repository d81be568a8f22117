import type { Role } from 'fusion-platform';

export interface RoleWords {
  /** Of somebody who has it: "may look". */
  readonly may: string;
  /** As a choice. */
  readonly title: string;
  /** What comes with it. */
  readonly about: string;
}

/** What each role allows, in the words of the page. */
const words: Readonly<Record<Role, RoleWords>> = {
  view_processing_chains: {
    may: 'looks',
    title: 'Look',
    about: 'sees processes, runs, logs and data',
  },
  create_and_execute_processing_chains: {
    may: 'runs processes',
    title: 'Run processes',
    about: 'uploads data; makes, runs, stops and deletes; sees all of it',
  },
  create_ssds: {
    may: 'publishes services',
    title: 'Publish services',
    about: 'puts new versions of the organisation’s services up for approval',
  },
  audit_ssds: {
    may: 'approves services',
    title: 'Approve services',
    about: 'decides which services run, where this organisation runs the platform',
  },
  manage_organisation: {
    may: 'manages',
    title: 'Manage the organisation',
    about: 'changes its members, its webhooks and the organisation itself',
  },
};

/** In the order in which they are offered. */
export const offeredRoles = Object.keys(words) as readonly Role[];

/** Of a role that the page does not know, its own name. */
export function wordsOf(role: string): RoleWords {
  const known = Object.hasOwn(words, role) ? words[role as Role] : undefined;
  const plain = role.replaceAll('_', ' ');
  return known ?? { may: plain, title: plain, about: '' };
}

/** Of somebody for whom nothing is chosen yet. */
export const usualRoles: readonly Role[] = ['view_processing_chains', 'create_and_execute_processing_chains'];
