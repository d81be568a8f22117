import type { OutputItem, RegionItem } from '../../data/index.ts';
import type {
  Plan,
  Planned,
  PlannedAggregation,
  PlannedDispatcher,
  PlannedService,
  ProcessRow,
} from '../../processes/index.ts';
import { randomUUID } from 'node:crypto';

import { describeGeometry } from '@fusion-platform/geo';
import { Decimal } from 'decimal.js';
import type { Geometry } from 'geojson';
import { v5 as uuidV5 } from 'uuid';

import type { ComponentInput, ComponentOutput, tables } from '../../database/index.ts';
import { isDispatched, shareAmount, withoutSecrets } from '../../processes/index.ts';

type NewExecution = Omit<
  typeof tables.processExecutions.$inferInsert,
  'delete_expiry' | 'output_storage_days' | 'state' | 'started_at' | 'due_at' | 'missed' | 'requested_by'
>;
type NewComponent = typeof tables.processServiceExecutions.$inferInsert;

/** The rows of a run. */
export interface Run {
  readonly executions: readonly NewExecution[];
  readonly components: readonly NewComponent[];
  readonly outputs: readonly OutputItem[];
  readonly regions: readonly RegionItem[];
}

interface GroupMember {
  readonly role: 'whole' | 'slice' | 'aggregator';
  readonly id: string;
  readonly groupIndex: number;
  readonly price: string;
  readonly regionDataId: string | null;
  readonly steps: readonly ChainStep[];
}

/** A component, with the ids of the data items that it takes and makes. */
interface ChainStep {
  readonly service: PlannedService;
  readonly intermediate: boolean;
  readonly price: string;
  readonly inputs: ComponentInput[];
  readonly outputs: ComponentOutput[];
  readonly dependsOn: number[];
}

/**
 * Makes the rows of a run from its plan: an execution for the region, or one for each slice and one for each aggregation,
 * each with its components and dispatches, but without the time at which it begins. Every output has the id of its data item
 * already, so that the components that take it as input can refer to it.
 */
export function makeRun(process: ProcessRow, plan: Plan, architecture: string): Run {
  const regions: RegionItem[] = [];
  const members: GroupMember[] = plan.slices
    ? sliced(process, plan, plan.slices, regions)
    : [
        whole(
          plan,
          plan.components.map(({ price }) => price),
        ),
      ];
  const groupId = plan.slices ? randomUUID() : null;
  const executions: NewExecution[] = [];
  const components: NewComponent[] = [];
  const outputs: OutputItem[] = [];
  const shares = sharesOf(members, plan.dispatchers);
  for (const member of members) {
    const group = {
      group_id: groupId,
      group_index: groupId === null ? null : member.groupIndex,
      group_count: groupId === null ? null : members.length,
    };
    const dispatches = dispatchesOf(member.steps, shares);
    const steps = [...member.steps, ...dispatches];
    executions.push({
      id: member.id,
      organisation_id: process.organisation_id,
      process_id: process.id,
      process_name: process.name,
      role: member.role,
      ...group,
      options: withoutSecrets(plan.options),
      chains: member.steps.map((step) => ({
        ssd_id: step.service.ssdId,
        service_id: step.service.serviceId,
        inputs: step.inputs.map(idsOf),
        outputs: step.outputs.map(({ data_id }) => data_id),
        options: withoutSecrets(step.service.options),
        intermediate: step.intermediate,
      })),
      region_data_id: member.regionDataId,
      open_components: steps.length,
      reuse: plan.reuse,
      price: sumOf([member.price, ...dispatches.map(({ price }) => price)]),
    });
    for (const [chainIndex, step] of steps.entries()) {
      components.push(componentRow(process, member, group, architecture, chainIndex, step));
      for (const { data_id: id, name } of step.outputs)
        outputs.push({
          id,
          organisationId: process.organisation_id,
          name,
          executionId: member.id,
          processId: process.id,
        });
    }
  }
  return { executions, components, outputs, regions };
}

function whole(plan: Plan, prices: readonly string[]): GroupMember {
  return {
    role: 'whole',
    id: randomUUID(),
    groupIndex: 0,
    price: sumOf(prices),
    regionDataId: plan.regionDataId,
    steps: stepsOf(plan.components, prices, (dataId) => dataId),
  };
}

function sliced(
  process: ProcessRow,
  plan: Plan,
  slices: readonly Geometry[],
  regions: RegionItem[],
): GroupMember[] {
  const areas = slices.map((slice) => describeGeometry(slice).area ?? 0);
  const total = sumOf(plan.components.map(({ price }) => price));
  const weights = plan.components.map(({ price }) => Number(price));
  const digits = String(slices.length).length;
  const members = shareAmount(total, areas).map((price, groupIndex): GroupMember => {
    const id = randomUUID();
    const regionDataId = randomUUID();
    const place = String(groupIndex + 1).padStart(digits, '0');
    regions.push({
      id: regionDataId,
      organisationId: process.organisation_id,
      name: `Slice ${groupIndex + 1} of ${slices.length}`,
      fileName: `slice-${place}.geojson`,
      executionId: id,
      processId: process.id,
      geometry: slices[groupIndex]!,
    });
    return {
      role: 'slice',
      id,
      groupIndex,
      price,
      regionDataId,
      steps: stepsOf(plan.components, shareAmount(price, weights), (dataId) =>
        dataId === plan.regionDataId ? regionDataId : dataId,
      ),
    };
  });
  const aggregators = plan.aggregations.map((aggregation, index): GroupMember => ({
    role: 'aggregator',
    id: randomUUID(),
    groupIndex: slices.length + index,
    price: aggregation.price,
    regionDataId: plan.regionDataId,
    steps: [gather(aggregation, members)],
  }));
  return [...members, ...aggregators];
}

function stepsOf(
  planned: readonly Planned[],
  prices: readonly string[],
  dataOf: (dataId: string | null) => string | null,
): ChainStep[] {
  const outputs = planned.map((component) => newOutputs(component.outputs));
  return planned.map((component, index) => ({
    service: component,
    intermediate: component.intermediate,
    price: prices[index] ?? '0',
    outputs: outputs[index]!,
    inputs: component.inputs.map(({ number, fileType, title, from }) => ({
      number,
      file_type: fileType,
      title,
      data_id:
        from.kind === 'data'
          ? dataOf(from.dataId)
          : (outputs[from.chainIndex]?.find((output) => output.number === from.output)?.data_id ?? null),
    })),
    dependsOn: [
      ...new Set(component.inputs.flatMap(({ from }) => (from.kind === 'output' ? [from.chainIndex] : []))),
    ],
  }));
}

function gather(aggregation: PlannedAggregation, members: readonly GroupMember[]): ChainStep {
  return {
    service: aggregation,
    intermediate: false,
    price: aggregation.price,
    dependsOn: [],
    outputs: newOutputs(aggregation.outputs),
    inputs: aggregation.inputs.map(({ number, fileType, title, chainIndex, output }) => ({
      number,
      file_type: fileType,
      title,
      data_id: null,
      data_ids: members.flatMap(
        ({ steps }) => steps[chainIndex]?.outputs.find((given) => given.number === output)?.data_id ?? [],
      ),
    })),
  };
}

const newOutputs = (outputs: Planned['outputs']): ComponentOutput[] =>
  outputs.map(({ number, name, file_type, optional }) => ({
    number,
    name,
    file_type,
    data_id: randomUUID(),
    ...(optional ? { optional } : {}),
  }));

interface DispatchStep extends ChainStep {
  readonly dispatch: { readonly of: number; readonly condition: string | null };
}

/** What each dispatch costs: the price of a dispatcher, shared out evenly among all that it sends in the run. */
type Shares = ReadonlyMap<PlannedDispatcher, string[]>;

function sharesOf(members: readonly GroupMember[], dispatchers: readonly PlannedDispatcher[]): Shares {
  const steps = members.flatMap((member) => member.steps);
  return new Map(
    dispatchers.map((dispatcher) => [
      dispatcher,
      shareAmount(
        dispatcher.price,
        steps.filter((step) => isDispatched(dispatcher, step)).map(() => 1),
      ),
    ]),
  );
}

/** A dispatcher sends the outputs of each component that makes a result; of the others too where it is asked to. */
function dispatchesOf(steps: readonly ChainStep[], shares: Shares): DispatchStep[] {
  return steps.flatMap((step, of) =>
    [...shares]
      .filter(([dispatcher]) => isDispatched(dispatcher, step))
      .map(([dispatcher, prices]) => ({
        service: dispatcher,
        intermediate: true,
        price: prices.shift() ?? '0',
        outputs: [],
        dependsOn: [of],
        inputs: step.outputs.map(({ number, name, file_type, data_id }) => ({
          number,
          file_type,
          title: name,
          data_id,
        })),
        dispatch: { of, condition: dispatcher.condition },
      })),
  );
}

function componentRow(
  process: ProcessRow,
  member: GroupMember,
  group: { readonly group_index: number | null; readonly group_count: number | null },
  architecture: string,
  chainIndex: number,
  step: ChainStep | DispatchStep,
): NewComponent {
  const { service } = step;
  const dispatch = 'dispatch' in step ? step.dispatch : null;
  return {
    id: randomUUID(),
    organisation_id: process.organisation_id,
    process_execution_id: member.id,
    process_id: process.id,
    service_id: service.serviceId,
    ssd_id: service.ssdId,
    image_id: service.imageId,
    chain_index: chainIndex,
    name: service.name,
    kind: dispatch ? 'dispatch' : 'service',
    dispatch,
    architecture,
    cpu: service.resources.cpu,
    memory: service.resources.memoryMb,
    storage: service.resources.storageGb,
    options: withoutSecrets(service.options),
    job_options: { ...service.jobOptions },
    job_inputs: step.inputs,
    job_outputs: step.outputs,
    depends_on: step.dependsOn,
    pending_dependencies: step.dependsOn.length,
    intermediate: step.intermediate,
    price: step.price,
    storage_id: dispatch
      ? null
      : storageId(process.id, group.group_count, group.group_index, service.ssdId, chainIndex),
  };
}

/** The data item of what a service keeps across the runs of a process, under the id by which clients look for it. */
export function storageId(
  processId: string,
  groupCount: number | null,
  groupIndex: number | null,
  ssdId: string,
  chainIndex: number,
): string {
  const name = [processId, groupCount ?? 'None', groupIndex ?? 'None', ssdId, chainIndex].join('_');
  return uuidV5(name, uuidV5.URL);
}

const idsOf = ({ data_id, data_ids }: ComponentInput): string[] | null =>
  data_ids ? [...data_ids] : data_id === null ? null : [data_id];

function sumOf(amounts: readonly string[]): string {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Decimal(0)).toFixed();
}
