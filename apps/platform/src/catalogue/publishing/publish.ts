import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { and, eq } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import { commandFaults, longestServiceFile } from '@fusion-platform/contract/service-file';
import type { CheckedServiceFile, ServiceFile } from '@fusion-platform/contract/service-file';

import { tables } from '../../database/index.ts';
import type { Database, Queries } from '../../database/index.ts';
import { aggregationsOf } from '../aggregators.ts';
import { buildChain, ChainError } from '../chain.ts';
import { chooseLatest } from '../latest.ts';
import { manifestOf } from '../manifest.ts';
import type { Manifest } from '../manifest.ts';
import { ruleFaults } from '../rule-faults.ts';
import { licenceId, manifestsFor } from '../store.ts';
import { readPublished, refusal } from './faults.ts';
import { packageKey } from './packages.ts';
import type { Packages } from './packages.ts';
import { findUpload, forgetUpload } from './uploads.ts';
import { PackageError } from './unpack.ts';
import { refuseElsewhere } from './where.ts';
import type { RunsWhere } from './where.ts';

type Row = typeof tables.services.$inferSelect;
type Checked = CheckedServiceFile & { readonly file: ServiceFile };

export interface Publishing {
  readonly database: Database;
  readonly packages: Packages;
  /** What runs components here. */
  readonly runtime: () => Promise<RunsWhere>;
}

export interface NewVersion {
  readonly organisationId: string;
  readonly userId: string;
  readonly upload?: string | null | undefined;
  readonly serviceFile?: string | null | undefined;
  readonly organisations?: readonly string[] | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Everything that can be said of a service.yaml before its archive comes. @throws CallError with all that is wrong */
export async function judgeBefore(
  { database, runtime }: Publishing,
  organisationId: string,
  text: string,
): Promise<Checked> {
  const checked = readPublished(text);
  refuseElsewhere(await runtime(), checked.file);
  await refuseBroken(database.queries, organisationId, checked);
  const held = await findHeld(database.queries, organisationId, checked.file);
  if (held?.approval_status === 'withdrawn') throw taken(held);
  return checked;
}

/**
 * Makes a version of an archive that has come, or of a description that names an image. The same again answers with what
 * there is.
 * @throws CallError
 */
export async function publish(context: Publishing, wanted: NewVersion): Promise<Row> {
  const { organisationId, upload: uploadId, serviceFile, signal } = wanted;
  if (!uploadId) {
    if (!serviceFile)
      throw new CallError(
        'bad_request',
        'A version is published of an upload, or of a service_file with an image',
      );
    const checked = await judgeBefore(context, organisationId, serviceFile);
    if (checked.file.image === null) {
      const message = 'command: the archive of the folder that it is in has to be sent as well';
      throw refusal([{ path: '', message, ...checked.placeOf('command') }]);
    }
    return await store(context, wanted, { checked, text: serviceFile, archive: null });
  }
  const { database, packages } = context;
  const upload = await findUpload(database.queries, organisationId, uploadId);
  const { text, checked } = await lookInto(context, organisationId, upload.key, signal).catch(
    async (error: unknown) => {
      // Published by another call meanwhile, which took the archive away: that is what there is to say.
      await findUpload(database.queries, organisationId, uploadId);
      throw error;
    },
  );
  // Under its checksum before a version names it: a version never lacks its archive.
  await packages.objects.copy(upload.key, packageKey(upload.sha256));
  const row = await store(context, wanted, { checked, text, archive: upload });
  await forgetUpload(database.queries, packages, upload);
  return row;
}

async function lookInto(
  context: Publishing,
  organisationId: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly text: string; readonly checked: Checked }> {
  try {
    return await context.packages.look(
      key,
      async (folder, files) => {
        if (!files.has('service.yaml')) throw new PackageError('it has no service.yaml at its top');
        const path = join(folder, 'service.yaml');
        if ((await stat(path)).size > 4 * longestServiceFile)
          throw new PackageError(`its service.yaml is longer than ${longestServiceFile} characters`);
        const text = await readFile(path, 'utf8');
        const checked = await judgeBefore(context, organisationId, text);
        const faults = commandFaults(checked, files);
        if (faults.length > 0) throw refusal(faults);
        return { text, checked };
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new CallError('bad_request', `The archive is not taken: ${error.message}`, { cause: error });
  }
}

/** @throws CallError naming the faults of its chain and its expressions, as the platform's own services are judged at its start */
async function refuseBroken(queries: Queries, organisationId: string, checked: Checked): Promise<void> {
  const manifest = manifestOf(checked.file, '');
  // Only what the organisation may run itself: a chain would run it in its name.
  const latest = new Map(await manifestsFor(queries, { organisationId, ownPending: true }));
  latest.set(manifest.ssdId, manifest);
  let faults: readonly string[];
  try {
    const chain = buildChain(manifest, latest);
    faults = [...aggregationsOf(manifest, chain, latest).faults, ...ruleFaults(manifest, chain)];
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    faults = error.chains.flatMap((one) => one.faults.map((fault) => `definition: ${fault}`));
  }
  if (faults.length === 0) return;
  throw refusal(
    faults.map((fault) => {
      const [, path = '', message = fault] = /^([a-z_][\w.]*): (.*)$/s.exec(fault) ?? [];
      return { path, message, ...checked.placeOf(path) };
    }),
  );
}

/** The version of this number that there is already. @throws CallError for an SSD of another organisation */
async function findHeld(
  queries: Queries,
  organisationId: string,
  { ssd_id, version }: ServiceFile,
): Promise<Row | undefined> {
  const rows = await queries.select().from(tables.services).where(eq(tables.services.ssd_id, ssd_id));
  if (rows.some((row) => row.organisation_id !== organisationId)) throw foreign(ssd_id);
  return rows.find((row) => row.version === version);
}

const foreign = (ssdId: string): CallError =>
  new CallError(
    'conflict',
    `ssd_id: ${ssdId} is the SSD of another organisation: make an id of your own, which stays the same for all versions`,
  );

/** Makes an SSD that is nobody's an organisation's. Another that tries at the same time waits for the end of this one. */
async function claimSsd(tx: Queries, organisationId: string, ssdId: string): Promise<void> {
  const { publishedSsds } = tables;
  await tx
    .insert(publishedSsds)
    .values({ ssd_id: ssdId, organisation_id: organisationId })
    .onConflictDoNothing();
  const [owner] = await tx.select().from(publishedSsds).where(eq(publishedSsds.ssd_id, ssdId));
  if (owner?.organisation_id !== organisationId) throw foreign(ssdId);
}

interface Content {
  readonly checked: Checked;
  readonly text: string;
  readonly archive: { readonly sha256: string; readonly size: number } | null;
}

async function store({ database }: Publishing, wanted: NewVersion, content: Content): Promise<Row> {
  const { organisationId, userId, organisations } = wanted;
  const { checked, text, archive } = content;
  const { file } = checked;
  const manifest: Manifest = {
    ...manifestOf(file, ''),
    source: 'published',
    ...(organisations === undefined ? {} : { organisations: organisations && [...organisations] }),
  };
  return await database.transaction(async (tx) => {
    await claimSsd(tx, organisationId, manifest.ssdId);
    await findHeld(tx, organisationId, file);
    const [made] = await tx
      .insert(tables.services)
      .values({
        id: manifest.serviceId,
        organisation_id: organisationId,
        ssd_id: manifest.ssdId,
        version: manifest.version,
        approval_status: 'pending',
        show_in_latest: manifest.published,
        latest: false,
        dispatcher: manifest.dispatcher,
        name: manifest.name,
        categories: manifest.categories,
        keywords: manifest.keywords,
        image_id: manifest.imageId,
        definition: manifest.definition,
        license_id: licenceId,
        manifest,
        source: 'published',
        service_file: text,
        package_sha256: archive?.sha256 ?? null,
        package_size: archive?.size ?? null,
        published_by: userId,
      })
      .onConflictDoNothing()
      .returning();
    if (!made) return await sameAs(tx, organisationId, content);
    await chooseLatest(tx, manifest.ssdId);
    const [row] = await tx.select().from(tables.services).where(eq(tables.services.id, made.id));
    return row!;
  });
}

/** The version that there is, where it is the very same: a call that was sent again. @throws CallError `conflict` */
async function sameAs(
  tx: Queries,
  organisationId: string,
  { checked, text, archive }: Content,
): Promise<Row> {
  const { ssd_id, version } = checked.file;
  const { services } = tables;
  const [held] = await tx
    .select()
    .from(services)
    .where(and(eq(services.ssd_id, ssd_id), eq(services.version, version)));
  const same =
    held?.source === 'published' &&
    held.organisation_id === organisationId &&
    held.service_file === text &&
    held.package_sha256 === (archive?.sha256 ?? null);
  if (same && held.approval_status !== 'withdrawn') return held;
  throw held ? taken(held) : new CallError('conflict', 'The id of this version is taken: raise the version');
}

const taken = ({ version, name, approval_status: state }: Row): CallError =>
  new CallError(
    'conflict',
    `version: version ${version} of "${name}" is there already${state === 'withdrawn' ? ', and was withdrawn' : ''}; a version never changes: raise the number`,
  );
