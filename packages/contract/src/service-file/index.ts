export { dataIdName, namesIn } from './actions.ts';
export { worksBeforeSandbox } from './before-sandbox.ts';
export { checkServiceFile, longestServiceFile } from './check.ts';
export type { CheckedServiceFile, ServiceFileFault } from './check.ts';
export { commandFaults, faultOfPath, packageLimits } from './package-rules.ts';
export type { ServiceFile } from './schema.ts';
export type { TrialEnd, TrialEvent, TrialOutput, TrialRequest } from './trial.ts';
export type { Place } from './yaml-places.ts';
