import { expect, test } from 'vitest';

import { calls, statusOf } from '../src/index.ts';
import type { Answer, Body, Call } from '../src/index.ts';

const all = Object.values(calls) as unknown as readonly Call<string, Body, Answer>[];
const O = '/organisations/{organisation_id}';

/** What a call does on the wire, in a line. */
function line({ method, path, body, answer, query }: Call<string, Body, Answer>): string {
  const takes =
    body.kind === 'none'
      ? ''
      : body.kind === 'flat'
        ? `${body.model.name}[]`
        : nestedText(body.name, body.schema);
  const asks = Object.keys(query.shape).map((name) => `?${name}`);
  return [method, path.replace(O, 'O'), ...asks, takes, '->', answerText(answer)].filter(Boolean).join(' ');
}

function nestedText(name: string, schema: { shape: object }): string {
  return `{${name}:{${Object.keys(schema.shape).join(',')}}}`;
}

function answerText(answer: Answer): string {
  switch (answer.kind) {
    case 'one': {
      const extras = Object.keys(answer.extras.shape).map((name) => ` +${name}`);
      return `${answer.template ? 'template of ' : ''}${answer.model.name}${extras.join('')}`;
    }
    case 'list':
      return `list of ${answer.model.name}${answer.filters.map((f) => ` ?${f}`).join('')}${answer.search ? ' search' : ''}`;
    case 'object':
      return `{${Object.keys(answer.schema.shape).join(',')}}`;
    case 'stream':
      return 'stream';
    case 'file':
      return `file of ${answer.types.join(' or ')}`;
  }
}

test('every call is as the API has it', () => {
  expect(all.map(line)).toEqual([
    'POST /users/login {User:{email,user_id,password}} -> {id_token,access_token}',
    'GET /users/{user_id} -> User',
    'PATCH /users/{user_id} User[] -> User',
    'DELETE /users/{user_id} -> {}',
    'POST /users/{user_id}/change_password {User:{old_password,new_password}} -> {}',
    'POST /users/{user_id}/logout -> {}',
    'GET /users/{user_id}/sessions -> list of UserSession',
    'DELETE /users/{user_id}/sessions/{session_id} -> {}',
    'POST /users/browser_session {User:{email,password,code}} -> {user_id,expires_at}',
    'GET /users/browser_session -> {user_id,expires_at}',
    'DELETE /users/browser_session -> {}',
    'POST /users/{user_id}/sign_in_code -> {code,expires_at}',
    'GET O -> Organisation',
    'PATCH O Organisation[] -> Organisation',
    'DELETE O -> {}',
    'GET O/credits/{credit_id} -> Credit',
    'GET O/members -> list of Member',
    'POST O/members Member[] -> Member',
    'POST O/members/{member_id}/change_roles {Member:{roles,from}} -> Member',
    'DELETE O/members/{member_id} -> {}',
    'GET O/invitations -> list of Invitation',
    'POST O/invitations Invitation[] -> Invitation',
    'DELETE O/invitations/{invitation_id} -> {}',
    'POST /users/invitation {Invitation:{code}} -> {organisation_name,email,roles,expires_at}',
    'POST /users/invitation/accept {Invitation:{code,password,given_name,family_name}} -> {user_id,organisation_id,email}',
    'GET O/data/new -> template of Data',
    'POST O/data Data[] -> Data',
    'GET O/data/uploaded -> list of Data ?id ?name search',
    'GET O/data/{data_id} -> Data',
    'PATCH O/data/{data_id} Data[] -> Data',
    'DELETE O/data/{data_id} -> {}',
    'POST O/data/{data_id}/copy {Data:{name}} -> Data',
    'POST O/data/{data_id}/add_file {Data:{name,file_type}} -> {extras}',
    'GET O/data/{data_id}/files -> list of DataFile',
    'GET O/data/{data_id}/download_file/{file_id} ?preview -> {extras}',
    'GET O/services/latest -> list of Service ?id ?ssd_id ?name ?keywords search',
    'GET O/services -> list of Service ?id ?ssd_id ?name ?keywords search',
    'GET O/services/dispatchers -> list of Service ?id ?ssd_id ?name ?keywords search',
    'GET O/services/{service_id} -> Service',
    'PATCH O/services/{service_id} Service[] -> Service',
    'DELETE O/services/{service_id} -> {}',
    'POST O/service_versions/add_archive {ServiceVersion:{service_file,size}} -> {extras}',
    'POST O/service_versions {ServiceVersion:{upload,service_file,organisations}} -> ServiceVersion',
    'GET O/service_versions -> list of ServiceVersion ?id ?ssd_id ?name ?state search',
    'GET O/service_versions/{service_version_id} -> ServiceVersion',
    'GET O/service_versions/{service_version_id}/archive -> {extras}',
    'POST O/service_versions/{service_version_id}/approve -> ServiceVersion',
    'POST O/service_versions/{service_version_id}/withdraw {ServiceVersion:{reason}} -> ServiceVersion',
    'POST O/service_versions/{service_version_id}/change_organisations {ServiceVersion:{organisations}} -> ServiceVersion',
    'GET O/processes/new ?service_id -> template of Process +dispatchers',
    'POST O/processes Process[] -> Process +dispatchers',
    'GET O/processes -> list of Process ?id ?name search',
    'GET O/processes/{process_id} -> Process +dispatchers',
    'PATCH O/processes/{process_id} Process[] -> Process +dispatchers',
    'DELETE O/processes/{process_id} -> {}',
    'GET O/processes/{process_id}/copy -> template of Process +dispatchers',
    'POST O/processes/{process_id}/execute -> Process +dispatchers',
    'POST O/processes/{process_id}/stop -> Process +dispatchers',
    'GET O/processes/{process_id}/executions -> list of ProcessExecution ?id ?group_id',
    'GET O/process_executions/{process_execution_id} -> ProcessExecution',
    'PATCH O/process_executions/{process_execution_id} ProcessExecution[] -> ProcessExecution',
    'DELETE O/process_executions/{process_execution_id} -> {}',
    'POST O/process_executions/{process_execution_id}/change_delete_expiry {ProcessExecution:{delete_expiry}} -> {}',
    'POST O/process_executions/{process_execution_id}/change_delete_protection {ProcessExecution:{delete_protection}} -> {}',
    'POST O/process_executions/{process_execution_id}/stop -> ProcessExecution',
    'POST O/process_executions/{process_execution_id}/retry -> ProcessExecution',
    'GET O/process_executions/{process_execution_id}/process_service_executions -> list of ProcessServiceExecution',
    'GET O/process_service_executions/{process_service_execution_id} -> ProcessServiceExecution',
    'GET O/process_service_executions/{process_service_execution_id}/logs -> list of ProcessServiceExecutionLog ?logged_at ?attempt',
    'GET O/process_service_executions/{process_service_execution_id}/attempts -> list of ProcessServiceExecutionAttempt',
    'GET O/process_executions/{process_execution_id}/events -> stream',
    'GET O/process_service_executions/{process_service_execution_id}/logs/events -> stream',
    'POST O/process_service_executions/{process_service_execution_id}/run_action {ProcessServiceExecution:{name,values}} -> {status,content_type,body_type,body}',
    'GET O/process_service_executions/{process_service_execution_id}/provenance -> {prefix,entity,activity,agent,used,wasGeneratedBy,wasDerivedFrom,wasAssociatedWith,wasAttributedTo,actedOnBehalfOf,wasStartedBy,wasInformedBy,alternateOf,hadMember}',
    'GET O/runs -> list of Run ?id ?process_id ?state ?started_at search',
    'GET O/runs/{run_id} ?since ?regions -> {run,executions,as_of}',
    'GET O/process_executions/counts -> {now,runs}',
    'GET O/nodes -> {nodes}',
    'GET O/process_executions -> list of ProcessExecution ?id ?process_id ?group_id ?role ?success ?stopped ?started_at ?ended_at ?exit_type search',
    'GET O/process_service_executions/{process_service_execution_id}/logs/lines ?from ?limit ?text ?attempt ?since -> {total,from,lines,records}',
    'GET O/process_service_executions/{process_service_execution_id}/metrics ?after -> {samples,next}',
    'GET O/process_service_executions/{process_service_execution_id}/history -> {components}',
    'GET O/process_service_executions/{process_service_execution_id}/logs/file ?format ?reverse ?header ?attempt ?until ?skip -> file of text/csv or application/x-ndjson',
    'GET O/webhooks -> list of Webhook',
    'POST O/webhooks Webhook[] -> Webhook',
    'GET O/webhooks/{webhook_id} -> Webhook',
    'PATCH O/webhooks/{webhook_id} Webhook[] -> Webhook',
    'DELETE O/webhooks/{webhook_id} -> {}',
    'GET O/webhooks/{webhook_id}/deliveries -> list of WebhookDelivery',
  ]);
});

test('no two calls share a method and a path', () => {
  const places = all.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(new Set(places).size).toBe(places.length);
});

test('every error that a call names has a status, and every call names those of its form', () => {
  for (const { errors, path, authenticated, body, answer } of all) {
    expect(errors.filter((code) => statusOf[code] === undefined)).toEqual([]);
    expect(errors.includes('not_found')).toBe(path.includes('{'));
    expect(errors.includes('session_expired')).toBe(authenticated);
    expect(errors.includes('too_large')).toBe(body.kind !== 'none');
    expect(errors.includes('bad_request') || answer.kind !== 'list').toBe(true);
  }
});

test('a call is safe to send again unless it is a POST that makes or starts something', () => {
  const once = all.filter(({ idempotent }) => !idempotent).map(({ id }) => id);
  expect(once).toEqual([
    'login',
    'changePassword',
    'openBrowserSession',
    'createSignInCode',
    'addMember',
    'createInvitation',
    'acceptInvitation',
    'createData',
    'copyData',
    'addFile',
    'addServiceArchive',
    'publishService',
    'createProcess',
    'executeProcess',
    'retryExecution',
    'runAction',
    'createWebhook',
  ]);
});
