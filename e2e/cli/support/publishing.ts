import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { addUser, admin } from '../../support/admin.ts';
import { email, password, root, startPlatform, testFolder } from '../../support/platform.ts';
import type { RunningPlatform } from '../../support/platform.ts';
import { installCommand } from './command.ts';
import type { InstalledCommand, Outcome } from './command.ts';

export const people = {
  operator: { email, password, organisation: 'My organisation' },
  author: { email: 'author@example.com', password: 'Sentinel-2b', organisation: 'Authors' },
  viewer: { email: 'viewer@example.com', password: 'Sentinel-2b', organisation: 'Authors' },
  other: { email: 'other@example.com', password: 'Sentinel-2b', organisation: 'Others' },
} as const;
export type Person = keyof typeof people;

/** A version of a service, as `services versions --json` prints it. */
export interface Version {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly state: string;
  readonly latest: boolean;
  readonly organisation_id: string;
}

const roles = [
  'view_processing_chains',
  'create_and_execute_processing_chains',
  'audit_ssds',
  'create_ssds',
  'manage_organisation',
];

/** A platform with those people, and the command as each of them runs it. */
export class Publishing {
  readonly folder: string;
  readonly cli: InstalledCommand;
  platform: RunningPlatform;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #remove: () => Promise<void>;

  private constructor(
    cli: InstalledCommand,
    platform: RunningPlatform,
    settings: Readonly<Record<string, string>>,
    remove: () => Promise<void>,
  ) {
    this.folder = platform.folder;
    this.cli = cli;
    this.platform = platform;
    this.#settings = settings;
    this.#remove = remove;
  }

  static async open(settings: Readonly<Record<string, string>> = {}): Promise<Publishing> {
    const folder = await testFolder();
    const all = { FUSION_SERVICES: join(root, 'e2e/services'), ...settings };
    const first = await startPlatform(folder.path, all);
    await first.stop();
    for (const name of ['Authors', 'Others'])
      await admin(folder.path, 'add-organisation', '--name', name, '--credits', '100');
    await addUser(folder.path, { ...people.author, roles });
    await addUser(folder.path, { ...people.other, roles });
    await addUser(folder.path, { ...people.viewer, roles: roles.slice(0, 2) });
    const platform = await startPlatform(folder.path, all);
    const cli = await installCommand({ FUSION_PLATFORM_HOME: root });
    return new Publishing(cli, platform, all, async () => {
      await Promise.all([folder.remove(), cli.remove()]);
    });
  }

  /** The platform after it was stopped or killed. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    this.platform = await startPlatform(this.folder, { ...this.#settings, ...settings });
  }

  async close(): Promise<void> {
    await this.platform.stop();
    await this.#remove();
  }

  as(who: Person): Record<string, string> {
    return {
      FUSION_URL: this.platform.url,
      FUSION_EMAIL: people[who].email,
      FUSION_PASSWORD: people[who].password,
      FUSION_ORGANISATION: people[who].organisation,
    };
  }

  async run(who: Person, ...args: string[]): Promise<Outcome> {
    return await this.cli.run(args, { env: this.as(who) });
  }

  async json<T>(who: Person, ...args: string[]): Promise<T> {
    return await this.cli.json<T>(args, { env: this.as(who) });
  }

  /** A path in the folder in which the command runs. */
  path(...parts: string[]): string {
    return join(this.cli.folder, ...parts);
  }

  /** Changes the description of a service in that folder. */
  async edit(service: string, change: (text: string) => string): Promise<void> {
    const path = this.path(service, 'service.yaml');
    await writeFile(path, change(await readFile(path, 'utf8')));
  }

  /** The services that somebody can run, each with its version. */
  async names(who: Person): Promise<string[]> {
    const listed = await this.json<{ name: string; version: number }[]>(who, 'services', 'ls');
    return listed.map(({ name, version }) => `${name} ${version}`);
  }
}
