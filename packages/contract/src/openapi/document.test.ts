import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { lint, loadConfig } from '@redocly/openapi-core';
import { describe, expect, test } from 'vitest';

import { calls } from '../calls/index.ts';
import * as models from '../models/index.ts';
import { parse, parseFlatBody, parseModel } from '../wire/index.ts';
import { openApiDocument } from './document.ts';
import { examples } from './examples.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const written = here('../../openapi.json');

interface Operation {
  readonly operationId: string;
  readonly security?: unknown[];
  readonly 'x-extension'?: boolean;
}
const operations = Object.values(openApiDocument().paths).flatMap(
  (item) => Object.values(item) as Operation[],
);

describe('the OpenAPI document', () => {
  test('openapi.json is what the contract prints; if not, run npm run openapi -w packages/contract', () => {
    expect(JSON.parse(readFileSync(written, 'utf8'))).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  test('is clean under the recommended rules of Redocly', async () => {
    const config = await loadConfig({ configPath: here('../../redocly.yaml') });
    const problems = await lint({ ref: written, config });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  test('has the version of the package unless told another', () => {
    const { version } = JSON.parse(readFileSync(here('../../package.json'), 'utf8')) as { version: string };
    expect(openApiDocument().info['version']).toBe(version);
    expect(openApiDocument({ version: '9.9.9' }).info['version']).toBe('9.9.9');
  });

  test('names the given servers', () => {
    expect(openApiDocument({ servers: [{ url: 'http://127.0.0.1:8080' }] }).servers).toEqual([
      { url: 'http://127.0.0.1:8080' },
    ]);
  });

  test('has one operation for every call, under its id', () => {
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(calls).sort());
  });

  test('marks the calls that are ours, and the one that needs no token', () => {
    const ours = operations.filter((operation) => operation['x-extension']);
    expect(ours.map(({ operationId }) => operationId)).toEqual([
      'logout',
      'listSessions',
      'endSession',
      'openBrowserSession',
      'getBrowserSession',
      'closeBrowserSession',
      'createSignInCode',
      'listMembers',
      'addMember',
      'changeMemberRoles',
      'removeMember',
      'listInvitations',
      'createInvitation',
      'revokeInvitation',
      'readInvitation',
      'acceptInvitation',
      'addServiceArchive',
      'publishService',
      'listServiceVersions',
      'getServiceVersion',
      'downloadServiceArchive',
      'approveServiceVersion',
      'withdrawServiceVersion',
      'changeServiceVersionOrganisations',
      'changeDeleteProtection',
      'stopExecution',
      'retryExecution',
      'listAttempts',
      'followExecution',
      'followLogs',
      'runAction',
      'getProvenance',
      'listRuns',
      'getRun',
      'countExecutions',
      'listNodes',
      'listAllExecutions',
      'readLog',
      'readSamples',
      'getComponentHistory',
      'downloadLog',
      'listWebhooks',
      'createWebhook',
      'getWebhook',
      'updateWebhook',
      'deleteWebhook',
      'listDeliveries',
    ]);
    const open = operations.filter(({ security }) => security?.length === 0);
    expect(open.map(({ operationId }) => operationId)).toEqual([
      'login',
      'openBrowserSession',
      'readInvitation',
      'acceptInvitation',
    ]);
  });

  test('has every model by its name, with its fields in order and hidden ones marked', () => {
    const schemas = openApiDocument().components['schemas'] as Record<
      string,
      { readonly properties: Record<string, Record<string, unknown>> }
    >;
    for (const model of Object.values(models)) {
      if (typeof model === 'function' || !('fields' in model)) continue;
      const { properties } = schemas[model.name]!;
      expect(Object.keys(properties)).toEqual(model.fields);
      const hidden = Object.keys(properties).filter((field) => properties[field]!['x-hidden']);
      expect(hidden).toEqual([...model.hidden]);
    }
  });
});

test('the examples are read by the contract itself', () => {
  const { login, createProcess, listComponents, listLogs } = examples as Record<
    string,
    { body: Record<string, unknown>; answer: { model: unknown; list: unknown[] } }
  >;
  expect(parse('User', calls.login.body.schema, login!.body['User'])).toMatchObject({ user_id: null });
  expect(
    parseFlatBody(models.Process, createProcess!.body, { keep: calls.createProcess.body.keep }),
  ).toMatchObject({
    name: 'Elevation of Glasgow',
    service_id: expect.any(String) as string,
  });
  expect(parseModel(models.Process, createProcess!.answer.model).price).toBe(1.5);
  expect(parseModel(models.ProcessServiceExecution, listComponents!.answer.list[0]).runtime).toBe(42);
  expect(parseModel(models.ProcessServiceExecutionLog, listLogs!.answer.list[0]).message).toBe(
    'reading 4 tiles',
  );
});
