import type { ModelValue, ServiceVersion } from '@fusion-platform/contract';

import type { tables } from '../../database/index.ts';
import type { Manifest } from '../manifest.ts';

type Row = typeof tables.services.$inferSelect;
type Value = ModelValue<typeof ServiceVersion>;
export type ServiceVersionValue = { readonly [K in keyof Value]?: Value[K] | null };

export function presentVersion(row: Row, { whole = true } = {}): ServiceVersionValue {
  const { organisations, image, imageDigest = null } = row.manifest as Manifest;
  return {
    id: row.id,
    created_at: row.created_at,
    updated_at: row.updated_at,
    organisation_id: row.organisation_id,
    ssd_id: row.ssd_id,
    version: row.version,
    name: row.name,
    state: row.approval_status,
    latest: row.latest,
    organisations,
    image,
    image_digest: imageDigest,
    sha256: row.package_sha256,
    size: row.package_size,
    service_file: whole ? row.service_file : null,
    published_by: row.published_by,
    decided_by: row.decided_by,
    decided_at: row.decided_at,
    reason: row.withdrawn_reason,
  };
}
