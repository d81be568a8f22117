import { createReadStream } from 'node:fs';

import { sql } from 'drizzle-orm';

import { selectRows } from '../../../database/index.ts';
import { holds } from '../../../processes/index.ts';
import type { Work } from '../../component/index.ts';
import type { Context } from '../../context.ts';

/** What job.json tells a dispatcher besides what it tells every component. */
export interface DispatchJob {
  readonly service: { readonly id: string; readonly ssd_id: string; readonly name: string };
  readonly process: { readonly id: string; readonly name: string };
  readonly execution: {
    readonly id: string;
    readonly started_at: string;
    readonly group_id: string | null;
    readonly group_count: number | null;
    readonly group_index: number | null;
  };
  /** Which output of the dispatching component each input is. */
  readonly outputs: readonly { readonly input: number; readonly number: number; readonly name: string }[];
  /** The users of the organisation, by e-mail address: a dispatcher writes to no one else. */
  readonly recipients: Readonly<
    Record<string, { readonly given_name: string; readonly family_name: string }>
  >;
}

interface Dispatching {
  readonly id: string;
  readonly ssd_id: string;
  readonly name: string;
}

async function dispatchingOf(
  { database }: Pick<Context, 'database'>,
  { component }: Pick<Work, 'component'>,
): Promise<Dispatching> {
  const [row] = await selectRows<Dispatching>(
    database.queries,
    sql`select service_id as id, ssd_id, name from process_service_executions
      where process_execution_id = ${component.process_execution_id} and chain_index = ${component.dispatch!.of}`,
  );
  return row!;
}

/** Why a dispatcher has nothing to do; null when it has, or for any other component. @throws ExpressionError */
export async function dispatchReason(
  context: Pick<Context, 'database' | 'objects' | 'data'>,
  work: Work,
): Promise<string | null> {
  const { component } = work;
  const condition = component.dispatch?.condition;
  if (component.kind !== 'dispatch' || !condition) return null;
  const names: Record<string, string | number> = {
    inputs: component.job_inputs.length,
    dispatching_service_name: (await dispatchingOf(context, work)).name,
  };
  for (const input of component.job_inputs) {
    const files = input.data_id
      ? await context.data.filesForJob(context.database.queries, input.data_id)
      : [];
    const prefix = `input_${input.number}`;
    names[`${prefix}_files`] = files.length;
    for (const [index, file] of files.entries()) {
      names[`${prefix}_file_${index + 1}_name`] = file.name;
      // To count lines takes reading the file: only where the condition asks.
      const lines = `${prefix}_file_${index + 1}_lines`;
      if (condition.includes(lines))
        names[lines] = await context.objects.withFile(file.objectKey, countLines);
    }
  }
  return holds(condition, names) ? null : `Nothing is sent: the condition ${condition} does not hold`;
}

async function countLines(path: string): Promise<number> {
  let lines = 0;
  let last = 10;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (const byte of chunk) if (byte === 10) lines += 1;
    last = chunk.at(-1) ?? last;
  }
  return last === 10 ? lines : lines + 1;
}

/** @returns undefined for a component that is no dispatcher */
export async function dispatchJob(
  context: Pick<Context, 'database'>,
  work: Pick<Work, 'component' | 'execution'>,
): Promise<DispatchJob | undefined> {
  const { component, execution } = work;
  if (component.kind !== 'dispatch') return undefined;
  const service = await dispatchingOf(context, work);
  const users = await selectRows<{ email: string; given_name: string; family_name: string }>(
    context.database.queries,
    sql`select u.email, u.given_name, u.family_name from users u join memberships m on m.user_id = u.id
      where m.organisation_id = ${execution.organisation_id} order by u.email`,
  );
  return {
    service,
    process: { id: execution.process_id, name: execution.process_name },
    execution: {
      id: execution.id,
      started_at: execution.started_at,
      group_id: execution.group_id,
      group_count: execution.group_count,
      group_index: execution.group_index,
    },
    outputs: component.job_inputs.map(({ number, title }) => ({ input: number, number, name: title ?? '' })),
    recipients: Object.fromEntries(
      users.map(({ email, given_name, family_name }) => [email, { given_name, family_name }]),
    ),
  };
}
