export type { Cli, CommonOptions, Opened } from './cli.ts';
export type { CommandDefinition, GroupDefinition, Handler } from './definition.ts';
