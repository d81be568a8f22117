import type { CommandDefinition, GroupDefinition } from '../command/index.ts';
import { admin } from './admin/commands.ts';
import { backup } from './backup/command.ts';
import { complete, completion } from './completion/command.ts';
import { cp } from './cp/command.ts';
import { credits } from './credits/command.ts';
import { data } from './data/commands.ts';
import { define } from './define/command.ts';
import { display } from './display/command.ts';
import { doctor } from './doctor/command.ts';
import { download } from './download/command.ts';
import { list } from './list/command.ts';
import { login } from './login/command.ts';
import { logout } from './logout/command.ts';
import { logs } from './logs/command.ts';
import { members } from './members/commands.ts';
import { metrics } from './metrics/command.ts';
import { nodes } from './nodes/command.ts';
import { open } from './open/command.ts';
import { receipt } from './receipt/commands.ts';
import { restore } from './restore/command.ts';
import { retry } from './retry/command.ts';
import { rm } from './rm/command.ts';
import { services } from './services/commands.ts';
import { start } from './start/command.ts';
import { stop } from './stop/command.ts';
import { up } from './up/command.ts';
import { watch } from './watch/command.ts';
import { whoami } from './whoami/command.ts';
import { why } from './why/command.ts';

/** Every command, in the order in which the help lists them. */
export const groups: readonly {
  readonly title: string;
  readonly members: readonly (CommandDefinition | GroupDefinition)[];
}[] = [
  { title: 'Processes:', members: [list, display, start, define, download, stop, retry, cp, rm] },
  { title: 'Watching:', members: [watch, why, logs, metrics, open] },
  { title: 'Receipts:', members: [receipt] },
  { title: 'Data and services:', members: [data, services] },
  { title: 'The organisation:', members: [members, credits, nodes] },
  { title: 'Running a platform:', members: [up, admin, backup, restore, doctor] },
  { title: 'Getting in:', members: [login, logout, whoami, completion, complete] },
];
