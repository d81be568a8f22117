import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { calls } from '@fusion-platform/contract';
import {
  acceptInvitation,
  exampleRegions,
  login,
  openBrowserSession,
  readInvitation,
  UnsupportedError,
} from 'fusion-platform';
import type { Organisation, ProcessExecution, ProcessServiceExecution, Session } from 'fusion-platform';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startOriginalApi } from '../support/original.ts';
import type { OriginalApi } from '../support/original.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

// The client against a platform that has the original API and nothing else, as others run it.

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let api: OriginalApi;
let session: Session;
let organisation: Organisation;
let execution: ProcessExecution;
let component: ProcessServiceExecution;

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: join(root, 'e2e/services'),
    FUSION_STOP_DELAY_SECONDS: '20',
  });
  api = await startOriginalApi(platform.url);
});

afterAll(async () => {
  await api?.close();
  await platform?.stop();
  await folder?.remove();
});

test('a region in slices goes from upload to the downloaded aggregate, followed by asking again and again', async () => {
  session = await login({ apiUrl: api.url, email, password, pollInterval: 200, logLevel: 'error' });
  organisation = (await session.user.organisations().first())!;
  const region = await organisation.createData({
    name: 'Glasgow',
    fileType: 'GeoJSON',
    files: [exampleRegions.glasgow],
    wait: true,
  });
  const { first: service } = await organisation.findServices({ name: 'Moody' });
  const process = await organisation.newProcess({ name: 'Group', service: service! });
  await process.update({ inputNumber: 1, data: region });
  await process.create();
  const seen: number[] = [];
  const executions = await process.execute({
    wait: true,
    live: true,
    onProgress: ({ progress }) => seen.push(progress),
  });
  expect(executions.map(({ success }) => success)).toEqual([true, true, true, true, true]);
  expect(seen.at(-1)).toBe(100);
  execution = executions.find(({ group_index, group_count }) => group_index === group_count! - 1)!;
  component = (await execution.components().first())!;
  const records: string[] = [];
  for await (const { message } of component.followLogs()) records.push(message ?? '');
  expect(records.length).toBeGreaterThan(0);
  const output = (await component.outputs().first())!;
  const path = join(folder.path, 'gathered.csv');
  await (await output.files().first())!.download({ path });
  expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(executions.length);
  // A stream was asked for, and once it was clear that there is none, none any more.
  expect([...api.refused]).toEqual(['followExecution']);
  // What only our platforms send is not there, and nothing else stands for it.
  expect([execution.role, execution.charged, component.state, component.waiting_reason]).toEqual(
    Array.from({ length: 4 }),
  );
});

test('what the original API has not is said to be so, call by call', async () => {
  const newcomer = { email: 'grace@example.com', roles: ['view_processing_chains'] } as const;
  const link = `${api.url}/invitation#code=none`;
  const wanted: Record<string, () => Promise<unknown>> = {
    changeDeleteProtection: async () => await execution.changeDeleteProtection(true),
    stopExecution: async () => await execution.stop(),
    retryExecution: async () => await execution.retry(),
    listAttempts: async () => await component.attempts().first(),
    runAction: async () => await component.runAction('Sample'),
    getProvenance: async () => await component.provenance(),
    listRuns: async () => await organisation.runs().first(),
    // It has no run of that id either: the counts tell that it is the call which is not there.
    countExecutions: async () => await organisation.countExecutions(),
    listNodes: async () => await organisation.nodes(),
    listServiceVersions: async () => await organisation.serviceVersions().first(),
    publishService: async () => await organisation.publishService({ serviceFile: 'name: Slope' }),
    listAllExecutions: async () => await organisation.executions().first(),
    readLog: async () => await component.readLog(),
    readSamples: async () => await component.readMetrics(),
    getComponentHistory: async () => await component.history(),
    createSignInCode: async () => await session.user.createSignInCode(),
    openBrowserSession: async () => await openBrowserSession({ apiUrl: api.url, email, password }),
    listSessions: async () => await session.user.sessions().first(),
    logout: async () => await session.user.logout(),
    listMembers: async () => await organisation.members().first(),
    addMember: async () => await organisation.addMember(newcomer),
    createInvitation: async () => await organisation.invite(newcomer),
    listInvitations: async () => await organisation.invitations().first(),
    readInvitation: async () => await readInvitation({ apiUrl: api.url, link }),
    acceptInvitation: async () => await acceptInvitation({ apiUrl: api.url, link, password }),
    listWebhooks: async () => await organisation.webhooks().first(),
    createWebhook: async () =>
      await organisation.createWebhook({ url: 'https://example.com', events: ['execution.ended'] }),
  };
  for (const [call, ask] of Object.entries(wanted)) {
    const error = await ask().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toMatchObject({ code: 'unsupported', call });
  }
  // Those that are followed by asking, and those of a webhook, which nobody can come by.
  const others = [
    'followExecution',
    'followLogs',
    'downloadLog',
    // Asked for with the counts, and one that is only gone on with.
    'getRun',
    'endSession',
    'getBrowserSession',
    'closeBrowserSession',
    // What is published is come by through the versions.
    'addServiceArchive',
    'getServiceVersion',
    'downloadServiceArchive',
    'approveServiceVersion',
    'withdrawServiceVersion',
    'changeServiceVersionOrganisations',
    // Nobody comes by a member or an invitation without its list.
    'changeMemberRoles',
    'removeMember',
    'revokeInvitation',
    'getWebhook',
    'updateWebhook',
    'deleteWebhook',
    'listDeliveries',
  ];
  const extensions = Object.values(calls).flatMap(({ id, extension }) => (extension ? [id] : []));
  expect([...Object.keys(wanted), ...others].sort()).toEqual(extensions.sort());
});
