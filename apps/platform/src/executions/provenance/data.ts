import { name, uuid } from './document.ts';
import type { Attributes, Draft } from './document.ts';
import { inputIds } from '../rows.ts';
import type { Facts, FileFacts, NeighbourFacts } from './facts.ts';

/** What the component used, made, took over and sent. */
export function describeData(draft: Draft, facts: Facts): void {
  describeInputs(draft, facts);
  describeRegion(draft, facts);
  // What a component that did not succeed made was not kept.
  if (facts.component.state === 'succeeded') describeOutputs(draft, facts);
  describeSent(draft, facts);
}

function describeInputs(draft: Draft, facts: Facts): void {
  const { component, feeders } = facts;
  for (const input of component.job_inputs) {
    for (const dataId of input.data_ids ?? (input.data_id === null ? [] : [input.data_id])) {
      const id = describeItem(draft, facts, dataId);
      draft.relate('used', {
        'prov:activity': uuid(component.id),
        'prov:entity': id,
        'prov:time': component.started_at,
        'prov:role': name('fusion:input'),
        'fusion:number': input.number,
        'fusion:file_type': input.file_type,
        'fusion:title': input.title,
      });
      const feeder = feeders.find(({ job_outputs }) => job_outputs.some(({ data_id }) => data_id === dataId));
      if (feeder) describeMaker(draft, feeder, id);
    }
  }
}

/** The region, or the slice of it, that the component was told. */
function describeRegion(draft: Draft, facts: Facts): void {
  const { component, execution } = facts;
  if (execution.region_data_id === null) return;
  draft.relate('used', {
    'prov:activity': uuid(component.id),
    'prov:entity': describeItem(draft, facts, execution.region_data_id),
    'prov:role': name('fusion:region'),
  });
}

function describeOutputs(draft: Draft, facts: Facts): void {
  const { component, execution, earlier } = facts;
  const sources = new Set([
    ...inputIds(component),
    ...(execution.region_data_id ? [execution.region_data_id] : []),
  ]);
  for (const output of component.job_outputs) {
    const id = describeItem(draft, facts, output.data_id, {
      'fusion:output': output.number,
      'fusion:output_name': output.name,
    });
    for (const made of [id, ...filesOf(facts, output.data_id).map((file) => uuid(file.id))])
      draft.relate('wasGeneratedBy', {
        'prov:entity': made,
        'prov:activity': uuid(component.id),
        'prov:time': component.ended_at,
      });
    const same = earlier?.job_outputs.find(({ number }) => number === output.number);
    if (earlier && same) {
      const former = describeItem(draft, facts, same.data_id);
      describeMaker(draft, earlier, former);
      draft.relate('wasDerivedFrom', { 'prov:generatedEntity': id, 'prov:usedEntity': former });
      draft.relate('alternateOf', { 'prov:alternate1': id, 'prov:alternate2': former });
      continue;
    }
    for (const source of sources)
      draft.relate('wasDerivedFrom', {
        'prov:generatedEntity': id,
        'prov:usedEntity': uuid(source),
        'prov:activity': uuid(component.id),
      });
  }
}

function describeSent(draft: Draft, { component }: Facts): void {
  for (const [index, { file, to, size, at }] of (component.dispatched ?? []).entries()) {
    const id = draft.thing('entity', `sent:${component.id}.${index + 1}`, {
      'prov:type': name('fusion:Sent'),
      'prov:label': file,
      'prov:location': to,
      'fusion:size': size,
    });
    draft.relate('wasGeneratedBy', {
      'prov:entity': id,
      'prov:activity': uuid(component.id),
      'prov:time': at,
    });
  }
}

/** Another component, and that it made something. */
function describeMaker(draft: Draft, maker: NeighbourFacts, made: string): void {
  const id = draft.thing('activity', uuid(maker.id), {
    'prov:type': name('fusion:Component'),
    'prov:label': maker.name,
    'prov:startTime': maker.started_at,
    'prov:endTime': maker.ended_at,
    'fusion:service': name(uuid(maker.service_id)),
  });
  draft.relate('wasGeneratedBy', { 'prov:entity': made, 'prov:activity': id, 'prov:time': maker.ended_at });
}

/** A data item and its files. One that is deleted has its id alone. */
function describeItem(draft: Draft, facts: Facts, dataId: string, attributes: Attributes = {}): string {
  const item = facts.items.get(dataId);
  const id = draft.thing('entity', uuid(dataId), {
    'prov:type': [name('prov:Collection'), name('fusion:Data')],
    'prov:label': item?.name,
    'fusion:made_by_execution': item?.execution_id ? name(uuid(item.execution_id)) : null,
    'fusion:deleted': item ? null : true,
    ...attributes,
  });
  for (const file of filesOf(facts, dataId)) {
    const member = draft.thing('entity', uuid(file.id), {
      'prov:type': name('fusion:File'),
      'prov:label': file.file_name,
      'fusion:file_type': file.file_type,
      'fusion:size': file.stored_size,
      'fusion:sha256': file.sha256,
      'fusion:crs': file.crs,
      'fusion:bounds': file.bounds?.join(' '),
    });
    draft.relate('hadMember', { 'prov:collection': id, 'prov:entity': member });
  }
  if (item?.uploaded)
    draft.relate('wasAttributedTo', { 'prov:entity': id, 'prov:agent': uuid(item.organisation_id) });
  return id;
}

/** Those that were there when the component began, in case a user has added others since. */
function filesOf({ items, component }: Facts, dataId: string): readonly FileFacts[] {
  const item = items.get(dataId);
  const began = component.started_at;
  if (!item?.uploaded || began === null) return item?.files ?? [];
  return item.files.filter(({ uploaded_at: at }) => at !== null && at <= began);
}
