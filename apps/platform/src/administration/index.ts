export { askPlatform } from './ask.ts';
export { openChannel } from './channel.ts';
export { readCommand } from './command.ts';
export type { Command, Done } from './command.ts';
export { AdministrationError, UsageError } from './errors.ts';
export type { Fault } from './errors.ts';
export { faultOf } from './fault.ts';
export { perform } from './perform.ts';
