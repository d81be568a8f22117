import { CallError } from '@fusion-platform/contract';

import { inArray } from 'drizzle-orm';

import { tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Manifest } from '../manifest.ts';

/** What of the platform's runtime decides whether it runs what organisations publish. */
export interface RunsWhere {
  readonly name: string;
  readonly isolation: 'bubblewrap' | 'container' | 'cluster' | 'none';
  readonly programs: readonly string[];
}

/** Which content an image's name stands for now. Missing where the runtime runs no images. @throws with the reason */
export type ImageDigest = (image: string) => Promise<string>;

/** Why a runtime does not run a published service; undefined when it does. */
export function whyNotHere(
  { name, isolation, programs }: RunsWhere,
  { image }: { readonly image: string | null },
): string | undefined {
  if (isolation === 'none')
    return 'This platform runs components without a sandbox, and takes no services of its users: install bubblewrap, or set FUSION_RUNTIME=container';
  if (isolation === 'cluster')
    return 'The nodes of this platform’s cluster may have no sandbox, so it takes no services of its users';
  const program = image === null ? 'command' : 'image';
  if (programs.includes(program)) return undefined;
  return image === null
    ? `The runtime ${name} of this platform runs no commands: whoever runs it sets FUSION_CONTAINER_IMAGE`
    : `The runtime ${name} of this platform runs no images: whoever runs it sets FUSION_RUNTIME=container`;
}

/** @throws CallError `conflict` */
export function refuseElsewhere(runtime: RunsWhere, service: { readonly image: string | null }): void {
  const why = whyNotHere(runtime, service);
  if (why !== undefined) throw new CallError('conflict', why);
}

type Row = typeof tables.services.$inferSelect;

/** @throws CallError `conflict` for a published version that may not run, or not here */
export async function refuseUnrunnable(row: Row, runtime: () => Promise<RunsWhere>): Promise<void> {
  if (row.source !== 'published') return;
  const why = whyNotNow(row) ?? whyNotHere(await runtime(), row.manifest as Manifest);
  if (why !== undefined) throw new CallError('conflict', why);
}

/** Why services of a chain do not run now for an organisation, as far as they were published. */
export async function whyUnrunnable(
  queries: Queries,
  organisationId: string,
  manifests: readonly Manifest[],
  runtime: () => Promise<RunsWhere>,
): Promise<string[]> {
  const ids = manifests.filter(({ source }) => source === 'published').map(({ serviceId }) => serviceId);
  if (ids.length === 0) return [];
  const rows = await queries.select().from(tables.services).where(inArray(tables.services.id, ids));
  const here = await runtime();
  return rows.flatMap((row) => {
    const manifest = row.manifest as Manifest;
    const named = manifest.organisations === null || manifest.organisations.includes(organisationId);
    const why =
      row.organisation_id !== organisationId && (row.approval_status === 'pending' || !named)
        ? `Version ${row.version} of "${row.name}" is not open to this organisation any more`
        : (whyNotNow(row) ?? whyNotHere(here, manifest));
    return why === undefined ? [] : [why];
  });
}

function whyNotNow({ approval_status: state, manifest, name, version }: Row): string | undefined {
  const { urls, cidrs } = manifest as Manifest;
  if (state === 'withdrawn') return `Version ${version} of "${name}" was withdrawn: take another one`;
  return state !== 'approved' && urls.length + cidrs.length > 0
    ? `Version ${version} of "${name}" asks for a network, so it runs once it is approved`
    : undefined;
}
