// The public types, pinned: the type check of the repository runs this file.
import { expectTypeOf } from 'vitest';

import type {
  CallId,
  Calls,
  Filter,
  ModelValue,
  PathNames,
  PathParams,
  Process,
  ProcessServiceExecution,
  ProcessServiceExecutionLog,
  RelativeDelta,
  TimeDelta,
  User,
} from '@fusion-platform/contract';
import { buildPath, calls, parseModel, parseTemplate } from '@fusion-platform/contract';
import * as contract from '@fusion-platform/contract';
import type { OpenApiDocument } from '@fusion-platform/contract/openapi';
import { openApiDocument } from '@fusion-platform/contract/openapi';

type Component = ModelValue<typeof contract.ProcessServiceExecution>;
type Nullable<T> = T | null | undefined;

expectTypeOf<Component>().toEqualTypeOf<ProcessServiceExecution>();
expectTypeOf<Component['id']>().toEqualTypeOf<string>();
expectTypeOf<Component['started_at']>().toEqualTypeOf<string>();
expectTypeOf<Component['ended_at']>().toEqualTypeOf<Nullable<string>>();
expectTypeOf<Component['cpu']>().toEqualTypeOf<number>();
expectTypeOf<Component['runtime']>().toEqualTypeOf<Nullable<number>>();
expectTypeOf<Component['intermediate']>().toEqualTypeOf<Nullable<boolean>>();
expectTypeOf<Component['outputs']>().toEqualTypeOf<Nullable<string[]>>();
expectTypeOf<NonNullable<Component['metrics']>[number]['memory_free_bytes']>().toEqualTypeOf<
  Nullable<number>
>();
expectTypeOf<NonNullable<Component['actions']>[number]['values'][number]['data_id']>().toEqualTypeOf<
  Nullable<string>
>();
expectTypeOf<Component>().not.toHaveProperty('colour');

expectTypeOf<Process['repeat_gap']>().toEqualTypeOf<Nullable<RelativeDelta>>();
expectTypeOf<Process['repeat_offset']>().toEqualTypeOf<Nullable<TimeDelta>>();
expectTypeOf<NonNullable<Process['inputs']>[number]['id']>().toEqualTypeOf<string>();
expectTypeOf<NonNullable<Process['options']>[number]['value']>().toEqualTypeOf<Nullable<string>>();
expectTypeOf<ProcessServiceExecutionLog['message']>().toEqualTypeOf<Nullable<string>>();
expectTypeOf<NonNullable<User['organisations']>[number]>().toEqualTypeOf<{ id: string; last: boolean }>();

expectTypeOf<PathNames<'/a/{a_id}/b/{b_id}'>>().toEqualTypeOf<'a_id' | 'b_id'>();
expectTypeOf<PathNames<'/a'>>().toEqualTypeOf<never>();
expectTypeOf<PathParams<Calls['listLogs']['path']>>().toEqualTypeOf<{
  readonly organisation_id: string;
  readonly process_service_execution_id: string;
}>();
expectTypeOf(buildPath<Calls['getUser']['path']>)
  .parameter(1)
  .toEqualTypeOf<{ readonly user_id: string }>();

expectTypeOf<Calls['getProcess']['id']>().toEqualTypeOf<'getProcess'>();
expectTypeOf<'listComponents'>().toExtend<CallId>();
expectTypeOf<'listEverything'>().not.toExtend<CallId>();
expectTypeOf(calls.listComponents.answer.model).toEqualTypeOf<typeof contract.ProcessServiceExecution>();
expectTypeOf<typeof calls.login.answer.schema._zod.output>().toEqualTypeOf<{
  id_token: string;
  access_token: string;
}>();
expectTypeOf<Filter['modifier']>().toExtend<(typeof contract.filterModifiers)[number]>();

expectTypeOf(parseModel(contract.Process, {})).toEqualTypeOf<Process>();
expectTypeOf(parseTemplate(contract.Process, {})).toEqualTypeOf<Partial<Process>>();
expectTypeOf(openApiDocument).returns.toEqualTypeOf<OpenApiDocument>();
