import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { analyse, AnalysisError, analyseInChild } from '@fusion-platform/geo';
import type { Analysis } from '@fusion-platform/geo';

import { plainMessage } from '../database/index.ts';
import { claim, releaseClaim, hold } from './claim.ts';
import type { FileRow } from './claim.ts';
import type { Context } from './context.ts';
import { isFaultOfContent, mostFaults, mostLosses } from './faults.ts';
import { itemRegion } from './item-region.ts';
import { storeAnalysis } from './store-analysis.ts';
import type { Finding } from './store-analysis.ts';
import { compiledFolder, workFolder } from './work-folder.ts';
import type { Work } from './worker.ts';

/** Regions are told to services whole: an outline of a national park is 4 MB. */
const longestGeojson = 64 * 1024 * 1024;
/** Of these nothing but the first bytes is looked at: that takes no process of its own. */
const neverRead: ReadonlySet<string> = new Set(['Other', 'GZIP', 'ZIP', 'PDF']);
const retrySeconds = 5;
const ownTroubleSeconds = 30;

/** Claims a file that waits for analysis, and gives what analyses it. */
export async function claimAnalysis(context: Context, signal: AbortSignal): Promise<Work | undefined> {
  const file = await claim(context, 'analysis');
  return file && (async () => await analyseClaimed(context, file, signal));
}

async function analyseClaimed(context: Context, file: FileRow, signal: AbortSignal): Promise<void> {
  const release = hold(context, file.id);
  try {
    if (file.analysis_tries > mostLosses) return await storeAnalysis(context, file, { refusal: lost });
    const folder = await workFolder(context);
    try {
      await analyseFile(context, file, folder, signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    if (!signal.aborted)
      context.log.error({ err: error, file: file.id }, 'a file could not be analysed; it is tried again');
    await releaseClaim(context, file.id, { afterSeconds: signal.aborted ? 0 : ownTroubleSeconds });
  } finally {
    release();
  }
}

const lost = `the platform ended ${mostLosses} times while it analysed it; the file may be what takes it down`;

async function analyseFile(
  context: Context,
  file: FileRow,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  let finding: Finding;
  try {
    finding = await look(context, file, folder, signal);
  } catch (error) {
    if (signal.aborted || !isFaultOfContent(error, { storing: false })) throw error;
    return await fail(context, file, error);
  }
  try {
    await storeAnalysis(context, file, finding);
  } catch (error) {
    if (signal.aborted || !isFaultOfContent(error, { storing: true })) throw error;
    await fail(context, file, error);
  }
}

/** Another try is another chance; three are enough. */
async function fail(context: Context, file: FileRow, error: unknown): Promise<void> {
  context.log.error({ err: error, file: file.id }, 'the analysis of a file failed');
  if (file.analysis_faults + 1 < mostFaults)
    return await releaseClaim(context, file.id, { faults: 1, afterSeconds: retrySeconds });
  const reason = plainMessage(error);
  await storeAnalysis(context, file, {
    refusal: `analysing it failed ${mostFaults} times. That is a fault of the platform, and the file may be sound (${reason.slice(0, 200)})`,
  });
}

async function look(context: Context, file: FileRow, folder: string, signal: AbortSignal): Promise<Finding> {
  const [previewPath, alternativePath] = [join(folder, 'preview.png'), join(folder, 'alternative')];
  const { file_name: fileName, file_type: fileType } = file;
  const { settings, objects } = context;
  try {
    const lookAt = async (path: string): Promise<Analysis> =>
      neverRead.has(fileType)
        ? await analyse(path, { fileName, fileType, signal })
        : await analyseInChild(path, {
            fileName,
            fileType,
            previewPath,
            alternativePath,
            timeoutSeconds: settings.analysisTimeoutSeconds,
            memoryMb: settings.analysisMemoryMb,
            scratchFolder: folder,
            compiledFolder: compiledFolder(context),
            limits: { maxGeojsonLength: longestGeojson },
            signal,
          });
    const analysis = await objects.withFile(file.object_key!, lookAt, { signal });
    return {
      analysis,
      previewPath,
      alternativePath,
      itemRegion: async () => await itemRegion(context, file, analysis, { folder, signal }),
    };
  } catch (error) {
    if (error instanceof AnalysisError) return { refusal: error.message };
    throw error;
  }
}
