import { randomUUID } from 'node:crypto';

import { signingKey } from '../accounts/index.ts';
import { claimAnalysis } from './analysis.ts';
import { releaseOwnClaims } from './claim.ts';
import type { Context } from './context.ts';
import { describeData } from './describe.ts';
import { dropAbandoned, removeDropped } from './drop.ts';
import { addFile, downloadToken, listFiles, openDownload } from './files.ts';
import { copyItem, createItem, getItem, listUploaded, removeItem, updateItem } from './items.ts';
import { keep, removeKept } from './kept.ts';
import { filesForJob, fulfil, prepareOutputs, ready, refuseRemoval, regionOf, removeOf } from './outputs.ts';
import { hold } from './in-use.ts';
import { claimIngesters } from './ingesters.ts';
import { addRegions, discardRegions, storeRegions } from './regions.ts';
import { addCopies, contentsOf, copyFiles, discardCopies } from './copies.ts';
import { Senders } from './senders.ts';
import { continueUpload, receiveUpload, uploadState } from './uploads/index.ts';
import { setUses } from './uses.ts';
import { sweepDaily } from './sweep-orphans.ts';
import { sweepWorkFolders } from './work-folder.ts';
import { startWorker } from './worker.ts';
import type { Worker } from './worker.ts';

/** Drops the first parameters of a function that this subject fills in. */
type Rest<F> = F extends (context: never, ...rest: infer R) => infer A ? (...rest: R) => A : never;

/** Data items and their files: uploads, analysis, downloads, and the outputs of executions. */
export interface Data {
  template(organisationId: string): { readonly id: string; readonly organisation_id: string };
  readonly create: Rest<typeof createItem>;
  readonly listUploaded: Rest<typeof listUploaded>;
  readonly get: Rest<typeof getItem>;
  readonly update: Rest<typeof updateItem>;
  readonly remove: Rest<typeof removeItem>;
  readonly copy: Rest<typeof copyItem>;
  readonly addFile: Rest<typeof addFile>;
  readonly listFiles: Rest<typeof listFiles>;
  readonly downloadToken: Rest<typeof downloadToken>;
  readonly receiveUpload: Rest<typeof receiveUpload>;
  readonly uploadState: Rest<typeof uploadState>;
  readonly continueUpload: Rest<typeof continueUpload>;
  readonly openDownload: Rest<typeof openDownload>;
  readonly prepareOutputs: typeof prepareOutputs;
  readonly storeRegions: Rest<typeof storeRegions>;
  readonly addRegions: typeof addRegions;
  readonly discardRegions: Rest<typeof discardRegions>;
  readonly copyFiles: Rest<typeof copyFiles>;
  readonly addCopies: Rest<typeof addCopies>;
  readonly discardCopies: Rest<typeof discardCopies>;
  readonly contentsOf: typeof contentsOf;
  readonly keep: Rest<typeof keep>;
  readonly removeKept: typeof removeKept;
  readonly fulfil: Rest<typeof fulfil>;
  readonly filesForJob: typeof filesForJob;
  readonly regionOf: Rest<typeof regionOf>;
  readonly ready: typeof ready;
  readonly removeOf: typeof removeOf;
  readonly refuseRemoval: typeof refuseRemoval;
  readonly hold: typeof hold;
  readonly setUses: typeof setUses;
  readonly describe: typeof describeData;
  /** Begins to analyse what comes. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function createData(parts: Omit<Context, 'key' | 'senders'>): Promise<Data> {
  const context: Context = {
    ...parts,
    key: await signingKey(parts.database.queries, 'addresses'),
    senders: new Senders(),
  };
  const { queries } = context.database;
  let workers: Worker[] = [];
  return {
    template: (organisationId) => ({ id: randomUUID(), organisation_id: organisationId }),
    create: async (...rest) => await createItem(context, ...rest),
    listUploaded: async (...rest) => await listUploaded(queries, ...rest),
    get: async (...rest) => await getItem(queries, ...rest),
    update: async (...rest) => await updateItem(queries, ...rest),
    remove: async (...rest) => {
      await removeItem(context, ...rest);
      await removeDropped(context);
    },
    copy: async (...rest) => await copyItem(context, ...rest),
    addFile: async (...rest) => await addFile(context, ...rest),
    listFiles: async (...rest) => await listFiles(queries, ...rest),
    downloadToken: async (...rest) => await downloadToken(context, ...rest),
    receiveUpload: async (...rest) => await receiveUpload(context, ...rest),
    uploadState: async (...rest) => await uploadState(context, ...rest),
    continueUpload: async (...rest) => await continueUpload(context, ...rest),
    openDownload: async (...rest) => await openDownload(context, ...rest),
    prepareOutputs,
    storeRegions: async (...rest) => await storeRegions(context, ...rest),
    addRegions,
    discardRegions: async (...rest) => await discardRegions(context, ...rest),
    copyFiles: async (...rest) => await copyFiles(context, ...rest),
    addCopies: async (...rest) => await addCopies(context, ...rest),
    discardCopies: async (...rest) => await discardCopies(context, ...rest),
    contentsOf,
    keep: async (...rest) => await keep(context, ...rest),
    removeKept,
    fulfil: async (...rest) => await fulfil(context, ...rest),
    filesForJob,
    regionOf: async (...rest) => await regionOf(context, ...rest),
    ready,
    removeOf,
    refuseRemoval,
    hold,
    setUses,
    describe: describeData,
    start: async () => {
      await releaseOwnClaims(context);
      await sweepWorkFolders(context);
      await dropAbandoned(context);
      workers = [
        startWorker(context, {
          claim: claimAnalysis,
          slots: context.settings.analysisProcesses,
          maintenance: async () => await removeDropped(context),
        }),
        // Apart, so that what is new never waits for what is usable already.
        startWorker(context, { claim: claimIngesters, slots: context.settings.analysisProcesses }),
        startWorker(context, { claim: sweepDaily(), slots: 1 }),
      ];
    },
    close: async () => void (await Promise.all(workers.map(async (worker) => await worker.close()))),
  };
}
