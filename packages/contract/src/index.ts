export { calls, ExecutionEvent, LogEvent, logFileColumns, logFileHeaders } from './calls/index.ts';
export type {
  ActionAnswer,
  Answer,
  Body,
  Call,
  CallId,
  Calls,
  ComponentInBrief,
  CountsAnswer,
  ErrorCode,
  ExecutionInBrief,
  FileAnswer,
  FlatBody,
  HistoryAnswer,
  ListAnswer,
  LogLinesAnswer,
  NodesAnswer,
  Method,
  NestedBody,
  ObjectAnswer,
  OneAnswer,
  PathNames,
  PathParams,
  Provenance,
  RunAnswer,
  SamplesAnswer,
  StreamAnswer,
} from './calls/index.ts';
export {
  acceptedFileTypes,
  dataTypes,
  fileTypeOfName,
  fileTypes,
  processStatuses,
  roles,
  runTypes,
  webhookEvents,
} from './constants.ts';
export type { DataType, FileType, ProcessStatus, Role, RunType, WebhookEvent } from './constants.ts';
export { CallError, ErrorBody, ModelError, statusOf } from './errors.ts';
export type { FieldIssue } from './errors.ts';
export {
  formatRelativeDelta,
  formatTimeDelta,
  normaliseDateTime,
  parseRelativeDelta,
  parseTimeDelta,
} from './fields/index.ts';
export type { RelativeDelta, TimeDelta } from './fields/index.ts';
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
  ProcessServiceExecutionAttempt,
  ProcessServiceExecutionLog,
  Run,
  Service,
  ServiceVersion,
  User,
  UserSession,
  Webhook,
  WebhookDelivery,
} from './models/index.ts';
export type { AnyModel, HiddenNames, Model, ModelValue, ReadOnlyNames } from './models/index.ts';
export type { Reason, ReasonCode, ReasonEvidence, ReasonKind } from './reasons/index.ts';
export {
  buildPath,
  decodeBoolean,
  decodeListQuery,
  encodeListQuery,
  encodeScalar,
  filterModifiers,
  flattenModel,
  maximumLimit,
  parse,
  parseFlatBody,
  parseNestedBody,
  parseModel,
  parseTemplate,
  PathError,
  JsonBytes,
  writeModel,
  QueryError,
  requireFields,
} from './wire/index.ts';
export type { Filter, FilterModifier, ListQuery, Scalar } from './wire/index.ts';
