import type { ModelValue, Service } from '@fusion-platform/contract';

import type { tables } from '../database/index.ts';
import type { Manifest } from './manifest.ts';

type Row = typeof tables.services.$inferSelect;
type Value = ModelValue<typeof Service>;
export type ServiceValue = { readonly [K in keyof Value]?: Value[K] | null };

export function presentService(row: Row): ServiceValue {
  const manifest = row.manifest as Manifest;
  const { documentation } = manifest;
  return {
    id: row.id,
    created_at: row.created_at,
    updated_at: row.updated_at,
    organisation_id: row.organisation_id,
    ssd_id: row.ssd_id,
    version: row.version,
    approval_status: row.approval_status,
    featured: row.featured,
    show_in_latest: row.show_in_latest,
    name: row.name,
    categories: row.categories,
    keywords: row.keywords,
    image_id: row.image_id,
    definition: row.definition,
    group_aggregators: manifest.group_aggregators.length > 0 ? manifest.group_aggregators : null,
    actions: manifest.actions.length > 0 ? manifest.actions : null,
    urls: manifest.urls,
    cidrs: manifest.cidrs,
    input_expressions: manifest.input_expressions,
    input_validations: manifest.input_validations,
    option_expressions: manifest.option_expressions,
    option_validations: manifest.option_validations,
    license_id: row.license_id,
    charge_expression_platform: manifest.charge_expression_platform,
    charge_expression_owner: manifest.charge_expression_owner,
    organisations: manifest.organisations,
    organisation_charge_expressions:
      manifest.organisation_charge_expressions.length > 0 ? manifest.organisation_charge_expressions : null,
    documentation_summary: documentation.summary,
    documentation_description: documentation.description,
    documentation_assumptions: documentation.assumptions,
    documentation_performance: documentation.performance,
    documentation_actions: documentation.actions,
    documentation_inputs: documentation.inputs,
    documentation_outputs: documentation.outputs,
    documentation_options: documentation.options,
  };
}
