export * from './accounts.ts';
export * from './catalogue.ts';
export * from './data.ts';
export * from './executions.ts';
export * from './nodes.ts';
export * from './processes.ts';
export * from './notifications.ts';
