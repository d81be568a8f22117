import { CallError } from '@fusion-platform/contract';
import type { ActionAnswer } from '@fusion-platform/contract';
import { and, eq } from 'drizzle-orm';

import type { Catalogue } from '../../catalogue/index.ts';
import { tables } from '../../database/index.ts';
import type { Database, Queries } from '../../database/index.ts';
import { safeFetch } from '../../events/index.ts';
import { addressOf } from './address.ts';
import { readAnswer } from './answer.ts';
import { codeOf } from './code-of.ts';
import { outputsOf } from './outputs.ts';
import type { ActionOutput } from './resolve.ts';
import { workOutValues } from './values.ts';
import type { Given } from './values.ts';

export interface ActionsOptions {
  readonly database: Database;
  readonly catalogue: Pick<Catalogue, 'manifest'>;
  /** Whether addresses of this machine and of private networks may be called. */
  readonly allowPrivate: boolean;
}

/** The calls that can be made with the results of components. */
export interface Actions {
  /**
   * @throws CallError `not_found`; `forbidden` for an address that this platform does not call; `conflict` when the
   *   component has not succeeded, a value cannot be worked out, or an address cannot be reached; `bad_request` for an
   *   unknown action; `invalid_model` for values that cannot be
   */
  run(
    organisationId: string,
    componentId: string,
    action: { readonly name: string; readonly values: Given },
    signal: AbortSignal,
  ): Promise<ActionAnswer>;
}

const timeoutMs = 30_000;
/** A value is a name, a number or a token. */
const maximumValueBytes = 64 * 1024;
const maximumAnswerBytes = 8 * 1024 * 1024;

const { processServiceExecutions, dataFiles } = tables;

export function createActions({ database, catalogue, allowPrivate }: ActionsOptions): Actions {
  const { queries } = database;
  return {
    run: async (organisationId, componentId, { name, values }, signal) => {
      const { serviceId, outputs } = await loadResults(queries, organisationId, componentId);
      const { actions } = await catalogue.manifest(queries, serviceId);
      const action = actions.find((other) => other.name === name);
      if (!action) {
        const names = actions.map((other) => `"${other.name}"`).join(', ');
        const has = names ? `it has ${names}` : 'it has none';
        throw new CallError('bad_request', `The component has no action "${name}": ${has}`);
      }
      const get = async (address: URL, accept: string, maximumBytes: number) => {
        const options = { method: 'GET', timeoutMs, maximumBytes, allowPrivate, signal } as const;
        return await safeFetch(address.href, { ...options, headers: { accept } });
      };
      const texts = await workOutValues(action, values, {
        outputs,
        selectorsOf: async (dataId) => await selectorsOf(queries, dataId),
        fetchText: async (address) => {
          const { status, body } = await get(address, 'text/plain, */*;q=0.5', maximumValueBytes);
          if (status < 200 || status > 299)
            throw new Error(`${address.host} answered with the status ${status}`);
          return new TextDecoder('utf-8', { fatal: true }).decode(body);
        },
      });
      try {
        const { status, headers, body } = await get(
          addressOf(action.url, texts),
          'application/json, */*;q=0.5',
          maximumAnswerBytes,
        );
        return readAnswer({ status, contentType: headers.get('content-type'), body });
      } catch (error) {
        signal.throwIfAborted();
        throw new CallError(codeOf(error), `The action "${name}" failed: ${(error as Error).message}`, {
          cause: error,
        });
      }
    },
  };
}

/** The component's service, and the outputs of all components of its execution that have succeeded. */
async function loadResults(
  queries: Queries,
  organisationId: string,
  componentId: string,
): Promise<{ readonly serviceId: string; readonly outputs: readonly ActionOutput[] }> {
  const own = and(
    eq(processServiceExecutions.id, componentId),
    eq(processServiceExecutions.organisation_id, organisationId),
  );
  const [component] = await queries
    .select({
      name: processServiceExecutions.name,
      state: processServiceExecutions.state,
      service_id: processServiceExecutions.service_id,
      execution_id: processServiceExecutions.process_execution_id,
    })
    .from(processServiceExecutions)
    .where(own);
  if (!component)
    throw new CallError('not_found', `There is no component ${componentId} in this organisation`);
  const { name, state } = component;
  if (state !== 'succeeded')
    throw new CallError('conflict', `The component "${name}" has no results to act on: it is ${state}`);
  return {
    serviceId: component.service_id,
    outputs: await outputsOf(queries, component.execution_id),
  };
}

/** @throws CallError `conflict`, with a time to wait, while the data is being analysed */
async function selectorsOf(queries: Queries, dataId: string): Promise<string[]> {
  const files = await queries
    .select({ selectors: dataFiles.selectors, analysed: dataFiles.analysed_at })
    .from(dataFiles)
    .where(eq(dataFiles.data_id, dataId));
  if (files.some(({ analysed }) => analysed === null))
    throw new CallError('conflict', 'The outputs of the component are still being analysed', {
      retryAfterSeconds: 2,
    });
  return [...new Set(files.flatMap(({ selectors }) => selectors?.map(({ selector }) => selector) ?? []))];
}
