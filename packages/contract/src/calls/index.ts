import * as browserSessions from './browser-sessions.ts';
import type { Answer, Body, Call } from './call.ts';
import * as components from './components.ts';
import * as data from './data.ts';
import * as executions from './executions.ts';
import * as invitations from './invitations.ts';
import * as logFile from './log-file.ts';
import * as members from './members.ts';
import * as organisations from './organisations.ts';
import * as processes from './processes.ts';
import * as runs from './runs.ts';
import * as serviceVersions from './service-versions.ts';
import * as services from './services.ts';
import * as users from './users.ts';
import * as webhooks from './webhooks.ts';

const { ExecutionEvent, LogEvent, ...executionCalls } = executions;
const { logFileColumns, logFileHeaders, ...logFileCalls } = logFile;

/** Gives each call the name under which it is exported as its id. */
function named<T extends Record<string, Omit<Call<string, Body, Answer>, 'id'>>>(
  group: T,
): { readonly [K in keyof T]: T[K] & { readonly id: K & string } } {
  return Object.fromEntries(Object.entries(group).map(([id, entry]) => [id, { id, ...entry }])) as never;
}

/** Every call of the API, by name. */
export const calls = named({
  ...users,
  ...browserSessions,
  ...organisations,
  ...members,
  ...invitations,
  ...data,
  ...services,
  ...serviceVersions,
  ...processes,
  ...executionCalls,
  ...components,
  ...runs,
  ...logFileCalls,
  ...webhooks,
});

export type Calls = typeof calls;
export type CallId = keyof Calls;

export { ExecutionEvent, LogEvent, logFileColumns, logFileHeaders };
export type {
  ComponentInBrief,
  CountsAnswer,
  ExecutionInBrief,
  HistoryAnswer,
  LogLinesAnswer,
  NodesAnswer,
  RunAnswer,
  SamplesAnswer,
} from './run-answers.ts';
export type { ActionAnswer, Provenance } from './component-answers.ts';
export type {
  Answer,
  Body,
  Call,
  ErrorCode,
  FileAnswer,
  FlatBody,
  ListAnswer,
  Method,
  NestedBody,
  ObjectAnswer,
  OneAnswer,
  PathNames,
  PathParams,
  StreamAnswer,
} from './call.ts';
