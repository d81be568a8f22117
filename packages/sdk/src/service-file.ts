/** For whoever writes services: service.yaml as a platform reads it. Apart from the client, which pages load. */
export {
  checkServiceFile,
  commandFaults,
  faultOfPath,
  longestServiceFile,
  packageLimits,
} from '@fusion-platform/contract/service-file';
export type {
  CheckedServiceFile,
  Place,
  ServiceFile,
  ServiceFileFault,
  TrialEnd,
  TrialEvent,
  TrialRequest,
} from '@fusion-platform/contract/service-file';
