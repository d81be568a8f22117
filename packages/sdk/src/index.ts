export {
  acceptedFileTypes,
  dataTypes,
  fileTypeOfName,
  fileTypes,
  processStatuses,
  roles,
  runTypes,
  webhookEvents,
} from '@fusion-platform/contract';
export type {
  ActionAnswer,
  DataType,
  FieldIssue,
  FileType,
  ProcessStatus,
  Provenance,
  RelativeDelta,
  Role,
  RunType,
  TimeDelta,
  WebhookEvent,
} from '@fusion-platform/contract';
export { apiUrls } from './constants.ts';
export {
  AnalysisError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  ExecutionError,
  FusionPlatformError,
  InsufficientCreditsError,
  ModelError,
  NotFoundError,
  NotStartedError,
  PermissionError,
  RequestError,
  SessionExpiredError,
  StateError,
  TransferError,
  UnsupportedError,
} from './errors/index.ts';
export type { StateErrorCode, TransferErrorCode } from './errors/index.ts';
export { exampleRegions } from './example-regions.ts';
export { getLogLevel, logLevels, setLogLevel } from './http/index.ts';
export type { Logger, LogLevel } from './http/index.ts';
export { Collection } from './lists/index.ts';
export type { Found, PageOptions } from './lists/index.ts';
export {
  Credit,
  Data,
  DataFile,
  Invitation,
  Member,
  Organisation,
  Process,
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionLog,
  Service,
  ServiceVersion,
  User,
  UserSession,
  Webhook,
  WebhookDelivery,
} from './models/index.ts';
export type {
  AnalysisOptions,
  Attributes,
  BytesOptions,
  CallOptions,
  Changes,
  CompleteOptions,
  DataProgress,
  DownloadOptions,
  ExecutionProgress,
  FindOptions,
  FindServiceOptions,
  Frozen,
  LogFileOptions,
  LogLines,
  LogProgress,
  LogQuery,
  Metrics,
  NewData,
  NewMember,
  NewServiceVersion,
  NewWebhook,
  PastRun,
  ProcessDispatcher,
  ProcessExecutionStatus,
  ProcessInput,
  ProcessOption,
  ProcessServiceExecutionAttempt,
  ProcessUpdate,
  Run,
  RunDetails,
  RunExecution,
  RunsQuery,
  StacCollection,
  StacCollectionOptions,
  StacItem,
  PlatformNode,
  StateCounts,
  TransferProgress,
} from './models/index.ts';
export type { OptionValue } from './options/index.ts';
export { acceptInvitation, readInvitation } from './invitation.ts';
export type { InvitationDetails } from './invitation.ts';
export { login, openBrowserSession, resumeBrowserSession, resumeSession, Session } from './session.ts';
export type { Credentials, SessionOptions } from './session.ts';
export type { Checksum, FileSource, NamedBytes } from './transfers/index.ts';
