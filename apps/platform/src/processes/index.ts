export { createProcesses } from './processes.ts';
export type { Processes } from './processes.ts';
export type { ProcessFields, ProcessValue } from './context.ts';
