import type { Provenance } from '@fusion-platform/contract';

import type { Catalogue } from '../../catalogue/index.ts';
import type { Database } from '../../database/index.ts';
import { describeComponent } from './describe.ts';
import { loadFacts } from './load.ts';

export interface ProvenanceOptions {
  readonly database: Database;
  readonly catalogue: Pick<Catalogue, 'manifest'>;
  /** Of the platform. */
  readonly version: string;
}

/** Where the outputs of components come from. */
export interface ComponentProvenance {
  /** A PROV-JSON document, of one that runs or failed too. @throws CallError `not_found` */
  of(organisationId: string, componentId: string): Promise<Provenance>;
}

export function createProvenance({ database, catalogue, version }: ProvenanceOptions): ComponentProvenance {
  return {
    of: async (organisationId, componentId) => {
      const facts = await loadFacts(database.queries, catalogue, organisationId, componentId);
      return describeComponent({ ...facts, platformVersion: version });
    },
  };
}
