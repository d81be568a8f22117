import { sliceRegion } from '@fusion-platform/geo';
import type { FieldIssue } from '@fusion-platform/contract';
import { Decimal } from 'decimal.js';
import type { Geometry, MultiPolygon, Polygon } from 'geojson';

import type { Queries } from '../database/index.ts';
import { assess } from './assess.ts';
import type { Assessment, Wanted } from './assess.ts';
import type { Context, ProcessFields } from './context.ts';
import { chooseDispatchers, isDispatched } from './dispatchers.ts';
import type { PlannedDispatcher } from './dispatchers.ts';
import { ExpressionError } from './expressions.ts';
import type { ProcessRow } from './parts.ts';
import { aggregationsOf, componentsOf, regionOf } from './plan.ts';
import type { Plan } from './plan.ts';

/** A process as it would run now. */
export interface Judgement {
  readonly assessment: Assessment;
  readonly dispatchers: NonNullable<ProcessRow['dispatchers']>;
  readonly plan: Plan;
  /** Exact decimal text; only of use without issues. */
  readonly price: string;
  /** Everything that keeps it from being run. */
  readonly issues: readonly FieldIssue[];
}

export interface WantedProcess extends Wanted {
  readonly dispatchers?: ProcessFields['dispatchers'];
  readonly reuse?: boolean | null | undefined;
}

/**
 * Judges what a process is to be made of with what is stored now.
 * @param options.complete whether it is to run now, and so nothing may be wanting
 */
export async function judgeProcess(
  tx: Queries,
  context: Context,
  organisationId: string,
  serviceId: string,
  wanted: WantedProcess,
  { complete = false }: { readonly complete?: boolean } = {},
): Promise<Judgement> {
  const { catalogue, data } = context;
  const chain = await catalogue.chain(tx, serviceId);
  const ids = (wanted.inputs ?? []).flatMap(({ id }) => (id ? [id] : []));
  const assessment = assess(chain, wanted, await data.describe(tx, organisationId, ids), organisationId);
  const issues = [...assessment.issues];
  if (complete)
    for (const message of await catalogue.refusals(tx, organisationId, chain))
      issues.push({ path: 'service_id', message });
  const manifests = wanted.dispatchers?.length ? await catalogue.dispatchers(tx, organisationId) : [];
  const { dispatchers, planned } = chooseDispatchers(manifests, wanted.dispatchers ?? [], {
    issues,
    complete,
    charging: { read: assessment.read, chosen: assessment.chosen, organisationId },
  });
  const open = { assessment, dispatchers, issues };
  const basis = { chain, assessment, organisationId, dispatchers: planned, reuse: wanted.reuse === true };
  if (issues.length > 0) return { ...open, plan: unsliced(basis), price: '0' };
  const slices = await slicesOf(tx, context, serviceId, assessment, issues);
  const plan = { ...unsliced(basis), slices };
  let price = sum(plan.components).plus(sum(sending(plan)));
  if (slices && issues.length === 0) {
    try {
      const aggregations = aggregationsOf(
        chain,
        await catalogue.aggregations(tx, serviceId),
        assessment,
        organisationId,
      );
      price = price.plus(sum(aggregations));
      return { ...open, plan: { ...plan, aggregations }, price: price.toFixed() };
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      issues.push({ path: 'service_id', message: error.message });
    }
  }
  return { ...open, plan, price: price.toFixed() };
}

/** The dispatchers that something of a run is for. */
const sending = ({ components, dispatchers }: Plan): readonly PlannedDispatcher[] =>
  dispatchers.filter((dispatcher) => components.some((component) => isDispatched(dispatcher, component)));

const sum = (parts: readonly { readonly price: string }[]): Decimal =>
  parts.reduce((total, { price }) => total.plus(price), new Decimal(0));

function unsliced(parts: {
  readonly chain: Parameters<typeof componentsOf>[0];
  readonly assessment: Assessment;
  readonly dispatchers: readonly PlannedDispatcher[];
  readonly reuse: boolean;
}): Plan {
  return {
    options: [...parts.assessment.options],
    components: componentsOf(parts.chain, parts.assessment),
    regionDataId: regionOf(parts.assessment.inputs),
    slices: null,
    aggregations: [],
    dispatchers: parts.dispatchers,
    reuse: parts.reuse,
  };
}

/** A region larger than the service takes at once, cut up; null when it is not. */
async function slicesOf(
  tx: Queries,
  { catalogue, data, settings }: Context,
  serviceId: string,
  assessment: Assessment,
  issues: FieldIssue[],
): Promise<readonly Geometry[] | null> {
  const { slicing } = await catalogue.manifest(tx, serviceId);
  const regionId = regionOf(assessment.inputs);
  if (!slicing || regionId === null) return null;
  const at = assessment.inputs.findIndex(({ id }) => id === regionId);
  const area = (assessment.chosen[at]?.area ?? 0) / 1e6;
  if (area <= slicing.maximum_area_km2) return null;
  if (area / slicing.maximum_area_km2 > settings.maximumSlices) {
    issues.push({
      path: `inputs[${at}].id`,
      message: `the region of ${Math.round(area)} km² would make more than ${settings.maximumSlices} slices of ${slicing.maximum_area_km2} km²: give a smaller one`,
    });
    return null;
  }
  const region = (await data.regionOf(tx, regionId)) as Polygon | MultiPolygon | null;
  if (!region) return null;
  const slices = sliceRegion(region, { maximumAreaKm2: slicing.maximum_area_km2 });
  return slices.length > 1 ? slices : null;
}
