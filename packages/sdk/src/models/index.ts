export type { CallOptions } from './base-model.ts';
export { ProcessServiceExecution } from './component.ts';
export type { ProcessServiceExecutionAttempt } from './component.ts';
export { isUnknownCall } from './extension-call.ts';
export { Credit } from './credit.ts';
export { DataFile } from './data-file.ts';
export type { BytesOptions, DownloadOptions, StacItem } from './data-file.ts';
export { Data } from './data.ts';
export type { AnalysisOptions, DataProgress, NewData } from './data.ts';
export type {
  LogLines,
  LogQuery,
  Metrics,
  PastRun,
  Run,
  RunDetails,
  RunExecution,
  RunsQuery,
  PlatformNode,
  StateCounts,
} from './overview.ts';
export { ProcessExecution } from './execution.ts';
export type { CompleteOptions, ExecutionProgress } from './execution.ts';
export type { Frozen } from './frozen.ts';
export type { LogFileOptions, LogProgress } from './log-csv.ts';
export { ProcessServiceExecutionLog } from './log-record.ts';
export type { Attributes, Changes } from './model-class.ts';
export { Invitation } from './invitation.ts';
export { Member } from './member.ts';
export type { NewMember } from './member.ts';
export { Organisation } from './organisation.ts';
export type { FindOptions, FindServiceOptions } from './find-services.ts';
export type { ProcessDispatcher, ProcessInput, ProcessOption } from './process-parts.ts';
export type { ProcessExecutionStatus } from './process-start.ts';
export { Process } from './process.ts';
export type { ProcessUpdate } from './process.ts';
export type { TransferProgress } from './progress.ts';
export { Service } from './service.ts';
export { ServiceVersion } from './service-version.ts';
export type { NewServiceVersion } from './service-version.ts';
export type { StacCollection, StacCollectionOptions } from './stac-collection.ts';
export { User } from './user.ts';
export { UserSession } from './user-session.ts';
export { WebhookDelivery } from './webhook-delivery.ts';
export { Webhook } from './webhook.ts';
export type { NewWebhook } from './webhook.ts';
