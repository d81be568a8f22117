import { rm } from 'node:fs/promises';

import { AnalysisError, extendInChild } from '@fusion-platform/geo';
import type { Ingester, IngesterFinding } from '@fusion-platform/geo';
import { eq } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import { claim, releaseClaim, hold } from './claim.ts';
import type { FileRow } from './claim.ts';
import { cloudCover } from './cloud-cover.ts';
import type { Context } from './context.ts';
import { isFaultOfContent, mostFaults, mostLosses } from './faults.ts';
import { cloudIngester, outlineDetail } from './ingester-entry.ts';
import { endIngester } from './store-ingesters.ts';
import { compiledFolder, workFolder } from './work-folder.ts';
import type { Work } from './worker.ts';

const retrySeconds = 30;

/**
 * Claims a file whose ingesters are left to run, and gives what runs them. The file is usable all the while: one that
 * fails is noted in its entry and takes nothing away.
 */
export async function claimIngesters(context: Context, signal: AbortSignal): Promise<Work | undefined> {
  const file = await claim(context, 'ingesters');
  return file && (async () => await ingestClaimed(context, file, signal));
}

async function ingestClaimed(context: Context, file: FileRow, signal: AbortSignal): Promise<void> {
  const release = hold(context, file.id);
  try {
    if (file.analysis_tries > mostLosses)
      await failAll(context, file, `the platform ended ${mostLosses} times while it ran`);
    else await ingest(context, file, signal);
  } catch (error) {
    if (!signal.aborted) context.log.error({ err: error, file: file.id }, 'the ingesters of a file failed');
    const counted = !signal.aborted && isFaultOfContent(error, { storing: false });
    if (counted && file.analysis_faults + 1 >= mostFaults)
      await failAll(context, file, error instanceof Error ? error.message : String(error));
    await releaseClaim(context, file.id, {
      faults: counted ? 1 : 0,
      afterSeconds: signal.aborted ? 0 : retrySeconds,
    });
  } finally {
    release();
  }
}

async function ingest(context: Context, file: FileRow, signal: AbortSignal): Promise<void> {
  const waiting = file.ingesters_waiting ?? [];
  const reading = (['statistics', 'outline'] as const).filter((name) => waiting.includes(name));
  if (reading.length > 0) await read(context, file, reading, signal);
  if (waiting.includes(cloudIngester))
    await endIngester(context, file.id, {
      name: cloudIngester,
      ...(await cloudCover(context, file, signal)),
    });
  const known = new Set<string>([...reading, cloudIngester]);
  for (const name of waiting.filter((other) => !known.has(other)))
    await endIngester(context, file.id, { name, detail: { error: 'this platform has no such ingester' } });
}

/** Those that read the file, or the form of it that is quicker to read. */
async function read(
  context: Context,
  file: FileRow,
  ingesters: readonly Ingester[],
  signal: AbortSignal,
): Promise<void> {
  const { settings, objects, database } = context;
  const [alternative] = file.alternative_id
    ? await database.queries
        .select()
        .from(tables.dataFiles)
        .where(eq(tables.dataFiles.file_id, file.alternative_id))
    : [];
  const folder = await workFolder(context);
  let stored: Promise<void> = Promise.resolve();
  try {
    const options = {
      fileName: file.file_name,
      ingesters,
      timeoutSeconds: settings.analysisTimeoutSeconds,
      memoryMb: settings.analysisMemoryMb,
      scratchFolder: folder,
      compiledFolder: compiledFolder(context),
      signal,
    };
    const found = (finding: IngesterFinding): void => {
      stored = stored.then(async () => await endIngester(context, file.id, endOf(finding)));
      // Whoever awaits it hears of a failure; nobody else is to be surprised by one before.
      stored.catch(() => undefined);
    };
    await objects.withFile(
      (alternative ?? file).object_key!,
      async (path) => await extendInChild(path, options, found),
      { signal },
    );
    await stored;
  } catch (error) {
    await stored;
    if (!(error instanceof AnalysisError)) throw error;
    // Those that had ended before are not told again.
    for (const name of ingesters)
      await endIngester(context, file.id, { name, detail: { error: error.message } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function endOf(finding: IngesterFinding): Parameters<typeof endIngester>[2] {
  switch (finding.ingester) {
    case 'statistics':
      return { name: 'statistics', detail: { exact: true }, changes: { bands: finding.bands } };
    case 'outline':
      return {
        name: 'outline',
        detail: outlineDetail(finding.outline),
        changes: { outline: finding.outline },
      };
  }
}

async function failAll(context: Context, file: FileRow, reason: string): Promise<void> {
  for (const name of file.ingesters_waiting ?? [])
    await endIngester(context, file.id, { name, detail: { error: reason } });
}
