import { expect, test } from 'vitest';

import * as sdk from '../src/index.ts';

test('the package exports what is written here and nothing else', () => {
  expect(Object.keys(sdk).toSorted()).toMatchInlineSnapshot(`
    [
      "AnalysisError",
      "AuthenticationError",
      "Collection",
      "ConflictError",
      "ConnectionError",
      "Credit",
      "Data",
      "DataFile",
      "ExecutionError",
      "FusionPlatformError",
      "InsufficientCreditsError",
      "Invitation",
      "Member",
      "ModelError",
      "NotFoundError",
      "NotStartedError",
      "Organisation",
      "PermissionError",
      "Process",
      "ProcessExecution",
      "ProcessServiceExecution",
      "ProcessServiceExecutionLog",
      "RequestError",
      "Service",
      "ServiceVersion",
      "Session",
      "SessionExpiredError",
      "StateError",
      "TransferError",
      "UnsupportedError",
      "User",
      "UserSession",
      "Webhook",
      "WebhookDelivery",
      "acceptInvitation",
      "acceptedFileTypes",
      "apiUrls",
      "dataTypes",
      "exampleRegions",
      "fileTypeOfName",
      "fileTypes",
      "getLogLevel",
      "logLevels",
      "login",
      "openBrowserSession",
      "processStatuses",
      "readInvitation",
      "resumeBrowserSession",
      "resumeSession",
      "roles",
      "runTypes",
      "setLogLevel",
      "webhookEvents",
    ]
  `);
});

test('the classes have the methods and accessors written here, besides those that all models share', () => {
  const members = Object.entries(sdk).flatMap(([name, value]) => {
    if (typeof value !== 'function' || value.prototype instanceof Error || !/^[A-Z]/.test(name)) return [];
    const own = Object.getOwnPropertyNames(value.prototype).filter((member) => member !== 'constructor');
    return [[name, own.toSorted().join(' ')]];
  });
  expect(Object.fromEntries(members)).toMatchInlineSnapshot(`
    {
      "Collection": "first pages toArray",
      "Credit": "",
      "Data": "checkAnalysisComplete copy createComplete files getStacCollection uploadProgress",
      "DataFile": "checksum download downloadComplete downloadProgress downloadUrl get getStacItem pixelSize stream",
      "Invitation": "revoke",
      "Member": "changeRoles remove",
      "Organisation": "addMember component countExecutions createData createWebhook credit data dataItem execution executions findData findDispatchers findProcesses findServices invitations invite members newProcess nodes ownServices process processes publishService run runs service serviceVersions services webhooks",
      "Process": "addDispatcher availableDispatchers copy create dispatchers execute executionStatuses executions findExecutions inputData inputs options removeDispatcher stop update waitForNextExecution",
      "ProcessExecution": "changeDeleteExpiry changeDeleteProtection checkComplete components retry stop",
      "ProcessServiceExecution": "attempts downloadLogFile followLogs history inputs logCsv logs outputs provenance readLog readMetrics runAction",
      "ProcessServiceExecutionLog": "",
      "Service": "",
      "ServiceVersion": "approve archive archiveUrl changeOrganisations params withdraw",
      "Session": "accessToken apiUrl close logout",
      "User": "changePassword createSignInCode findOrganisations logout organisations sessions",
      "UserSession": "end",
      "Webhook": "deliveries",
      "WebhookDelivery": "",
    }
  `);
});
