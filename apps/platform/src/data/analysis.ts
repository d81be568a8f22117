import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { analyse, AnalysisError, analyseInChild, stacItem } from '@fusion-platform/geo';
import type { Analysis } from '@fusion-platform/geo';
import { and, eq, isNull, sql } from 'drizzle-orm';

import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';

type Row = typeof tables.dataFiles.$inferSelect;

/** How long a claim holds unless renewed: after a power cut another try waits this long. */
const leaseSeconds = 30;
const renewMilliseconds = 10_000;
/** A file that has taken the analysis down this often is given up. */
const mostTries = 3;
/** Regions are told to services whole: an outline of a national park is 4 MB. */
const longestGeojson = 64 * 1024 * 1024;

/** Claims a file that waits for analysis and analyses it. Gives whether there was one. */
export async function analyseNext(context: Context, signal: AbortSignal): Promise<boolean> {
  const file = await claim(context.database.queries);
  if (!file) return false;
  const renewal = setInterval(() => void renew(context, file.id), renewMilliseconds);
  const folder = await mkdtemp(join(tmpdir(), 'fusion-analysis-'));
  try {
    await store(context, file, await look(context, file, folder, signal));
  } catch (error) {
    if (signal.aborted) {
      await context.database.queries
        .update(tables.dataFiles)
        .set({ lease_until: null, analysis_tries: file.analysis_tries - 1 })
        .where(eq(tables.dataFiles.id, file.id));
    } else {
      // The platform's own fault, a full disk say: the file is looked at again once the claim has run out.
      context.log.error({ err: error, file: file.id }, 'a file could not be analysed');
    }
  } finally {
    clearInterval(renewal);
    await rm(folder, { recursive: true, force: true });
  }
  return true;
}

async function claim(queries: Queries): Promise<Row | undefined> {
  const [claimed] = await selectRows<{ id: string }>(
    queries,
    sql`update data_files set analysis_tries = analysis_tries + 1,
          lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
        where id = (
          select id from data_files
          where uploaded_at is not null and analysed_at is null
            and (lease_until is null or lease_until < clock_timestamp())
          order by uploaded_at limit 1 for update skip locked)
        returning id`,
  );
  if (!claimed) return undefined;
  const [row] = await queries.select().from(tables.dataFiles).where(eq(tables.dataFiles.id, claimed.id));
  return row;
}

async function renew({ database, log }: Context, id: string): Promise<void> {
  try {
    await database.queries.execute(
      sql`update data_files set lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}) where id = ${id} and analysed_at is null`,
    );
  } catch (error) {
    log.warn({ err: error, file: id }, 'a claim could not be renewed');
  }
}

type Finding =
  | { readonly analysis: Analysis; readonly previewPath: string; readonly alternativePath: string }
  | { readonly refusal: string };

/** Of these nothing but the first bytes is looked at: that takes no process of its own. */
const neverRead: ReadonlySet<string> = new Set(['Other', 'GZIP', 'ZIP', 'PDF']);

async function look(context: Context, file: Row, folder: string, signal: AbortSignal): Promise<Finding> {
  if (file.analysis_tries > mostTries) {
    return { refusal: `analysing it failed ${mostTries} times; the file may be damaged` };
  }
  const [previewPath, alternativePath] = [join(folder, 'preview.png'), join(folder, 'alternative')];
  try {
    const path = context.objects.localPath(file.object_key!);
    if (neverRead.has(file.file_type))
      return {
        analysis: await analyse(path, { fileName: file.file_name, fileType: file.file_type, signal }),
        previewPath,
        alternativePath,
      };
    const analysis = await analyseInChild(path, {
      fileName: file.file_name,
      fileType: file.file_type,
      previewPath,
      alternativePath,
      timeoutSeconds: context.settings.analysisTimeoutSeconds,
      memoryMb: context.settings.analysisMemoryMb,
      limits: { maxGeojsonLength: longestGeojson },
      signal,
    });
    return { analysis, previewPath, alternativePath };
  } catch (error) {
    if (error instanceof AnalysisError) return { refusal: error.message };
    throw error;
  }
}

async function store(context: Context, file: Row, finding: Finding): Promise<void> {
  const { database, events, objects, log } = context;
  let changes: Partial<Row>;
  let alternative: typeof tables.dataFiles.$inferInsert | null = null;
  if ('refusal' in finding) {
    log.info({ file: file.id, reason: finding.refusal }, 'a file cannot be used');
    changes = { error: true, error_reason: finding.refusal, size: file.stored_size };
  } else {
    const { analysis, previewPath, alternativePath } = finding;
    const preview = analysis.preview
      ? { preview_key: `previews/${file.id}/${randomUUID()}`, preview_file_id: randomUUID() }
      : {};
    if (preview.preview_key) await objects.put(preview.preview_key, createReadStream(previewPath));
    alternative = await keepAlternative(context, file, analysis, alternativePath);
    changes = {
      ...described(file, analysis),
      ...preview,
      ...(alternative ? { alternative_id: alternative.file_id } : {}),
    };
  }
  await database.transaction(async (tx) => {
    const kept = await tx
      .update(tables.dataFiles)
      .set({
        ...changes,
        number_of_ingesters: 0,
        ingesters: {},
        analysed_at: sql`clock_timestamp()`,
        lease_until: null,
      })
      .where(and(eq(tables.dataFiles.id, file.id), isNull(tables.dataFiles.analysed_at)))
      .returning({ id: tables.dataFiles.id });
    if (kept.length > 0 && alternative) {
      const now = sql`clock_timestamp()`;
      await tx.insert(tables.dataFiles).values({ ...alternative, uploaded_at: now, analysed_at: now });
    }
    const unused = kept.length > 0 ? [] : [changes.preview_key, alternative?.object_key];
    for (const object_key of unused) {
      if (object_key) await tx.insert(tables.droppedObjects).values({ object_key }).onConflictDoNothing();
    }
    await events.tell(tx, { kind: 'data', id: file.data_id });
  });
}

/** Stores what analysis made of a file in another form, and gives the row that tells of it. */
async function keepAlternative(
  { objects }: Context,
  file: Row,
  analysis: Analysis,
  path: string,
): Promise<typeof tables.dataFiles.$inferInsert | null> {
  if (!analysis.alternative) return null;
  const { fileType, fileName } = analysis.alternative;
  const id = randomUUID();
  const object_key = `alternatives/${id}`;
  const { size, sha256 } = await objects.put(object_key, createReadStream(path));
  const isVector = fileType === 'GeoJSON';
  const found: Analysis = {
    ...analysis,
    size,
    crs: isVector ? 'EPSG:4326' : analysis.crs,
    publishable: true,
    stac: {
      ...analysis.stac,
      epsg: isVector ? 4326 : analysis.stac.epsg,
      mediaType: isVector
        ? 'application/geo+json'
        : 'image/tiff; application=geotiff; profile=cloud-optimized',
    },
  };
  const row = {
    id,
    file_id: id,
    organisation_id: file.organisation_id,
    data_id: file.data_id,
    file_type: fileType,
    file_name: fileName,
    title: file.title,
    description: file.description,
    object_key,
    stored_size: size,
    sha256,
    source_id: file.file_id,
  };
  return {
    ...row,
    ...described({ ...file, ...row }, found),
    // It is in the bytes, from which it is read where it is needed.
    geojson: null,
    number_of_ingesters: 0,
    ingesters: {},
  };
}

function described(file: Row, analysis: Analysis): Partial<Row> {
  const { size, crs, resolution, bounds, area, length, points, lines, polygons, publishable } = analysis;
  return {
    size,
    crs,
    resolution: resolution === null ? null : Math.max(1, Math.round(resolution)),
    bounds: bounds && [...bounds],
    area,
    length,
    points,
    lines,
    polygons,
    publishable,
    selectors:
      analysis.selectors?.map((selector) => ({
        ...selector,
        initial_values: selector.initial_values && [...selector.initial_values],
        histogram: selector.histogram && [...selector.histogram],
      })) ?? null,
    geojson: analysis.geojson,
    // The item says where the file is by its name: it stands beside it once both are downloaded.
    stac_item: stacItem({
      id: file.file_id,
      datetime: new Date(file.created_at),
      analysis,
      fileName: file.file_name,
      href: `./${encodeURIComponent(file.file_name)}`,
      ...(file.sha256 ? { checksumMultihash: `1220${file.sha256}` } : {}),
      ...(file.title ? { title: file.title } : {}),
      ...(file.description ? { description: file.description } : {}),
    }) as unknown as Record<string, unknown>,
  };
}

export interface Worker {
  close(): Promise<void>;
}

const resyncMilliseconds = 5000;

/** Analyses whatever waits, one file at a time: woken when a file has come, and now and then in any case. */
export function startAnalysis(context: Context, upkeep: () => Promise<void>): Worker {
  const stopped = new AbortController();
  let wake = (): void => undefined;
  let woken = false;
  const nudge = (): void => {
    woken = true;
    wake();
  };
  const deafen = context.events.hear('data', undefined, nudge);
  const pause = async (): Promise<void> => {
    if (woken || stopped.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, resyncMilliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const running = (async () => {
    while (!stopped.signal.aborted) {
      woken = false;
      try {
        while (!stopped.signal.aborted && (await analyseNext(context, stopped.signal)));
        await upkeep();
      } catch (error) {
        context.log.error({ err: error }, 'the analysis could not go on; it is tried again');
      }
      await pause();
    }
  })();
  return {
    close: async () => {
      deafen();
      stopped.abort(new Error('the platform stops'));
      wake();
      await running;
    },
  };
}
