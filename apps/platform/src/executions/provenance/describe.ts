import type { Provenance } from '@fusion-platform/contract';

import { describeAgents } from './agents.ts';
import { describeData } from './data.ts';
import { name, startDocument, uuid } from './document.ts';
import type { Draft } from './document.ts';
import type { Facts } from './facts.ts';
import { describeOptions } from './options.ts';

/**
 * The provenance of a component as PROV-JSON (https://www.w3.org/submissions/prov-json/). The component is an activity
 * whose plan is a version of a service; its attempts are activities that informed it; data items are
 * collections of files. Pure: the same facts give the same document.
 */
export function describeComponent(facts: Facts): Provenance {
  const draft = startDocument();
  describeExecution(draft, facts);
  describeRun(draft, facts);
  describeAttempts(draft, facts);
  describePlan(draft, facts);
  describeAgents(draft, facts);
  describeOptions(draft, facts);
  describeData(draft, facts);
  return draft.finish();
}

function describeExecution(draft: Draft, { execution }: Facts): void {
  draft.thing('activity', uuid(execution.id), {
    'prov:type': name('fusion:Execution'),
    'prov:label': execution.process_name,
    'prov:startTime': execution.started_at,
    'prov:endTime': execution.ended_at,
    'fusion:process': name(uuid(execution.process_id)),
    'fusion:role': execution.role,
    'fusion:group': execution.group_id === null ? null : name(uuid(execution.group_id)),
    'fusion:group_index': execution.group_index,
    'fusion:group_count': execution.group_count,
  });
}

function describeRun(draft: Draft, { component, execution }: Facts): void {
  const id = draft.thing('activity', uuid(component.id), {
    'prov:type': name(component.kind === 'dispatch' ? 'fusion:Dispatch' : 'fusion:Component'),
    'prov:label': component.name,
    'prov:startTime': component.started_at,
    'prov:endTime': component.ended_at,
    'dcterms:isPartOf': name(uuid(execution.id)),
    'fusion:chain_index': component.chain_index,
    'fusion:intermediate': component.intermediate,
    'fusion:state': component.state,
    'fusion:exit_type': component.exit_type,
    'fusion:abort_reason': component.abort_reason,
    'fusion:cpu': component.cpu,
    'fusion:memory_mb': component.memory,
    'fusion:storage_gb': component.storage,
    'fusion:architecture': component.architecture,
    'fusion:reused_from': component.reused_from === null ? null : name(uuid(component.reused_from)),
    'fusion:reuse_note': component.reuse_note,
  });
  draft.relate('wasStartedBy', {
    'prov:activity': id,
    'prov:starter': uuid(execution.id),
    'prov:time': component.started_at,
  });
}

/** The first attempt begins with the component, each further one after one that was lost. They inform the component. */
function describeAttempts(draft: Draft, { component, attempts }: Facts): void {
  for (const [index, attempt] of attempts.entries()) {
    const id = draft.thing('activity', uuid(attempt.id), {
      'prov:type': name('fusion:Attempt'),
      'prov:label': `Attempt ${attempt.number} of ${component.name}`,
      'prov:startTime': attempt.started_at,
      'prov:endTime': attempt.ended_at,
      'dcterms:isPartOf': name(uuid(component.id)),
      'fusion:attempt': attempt.number,
      'fusion:state': attempt.state,
      'fusion:runtime': handlePart(attempt.handle, 'runtime'),
      'fusion:image_digest': handlePart(attempt.handle, 'imageDigest'),
      'fusion:memory_mb': attempt.memory,
      'fusion:exit_code': attempt.exit_code,
      'fusion:signal': attempt.signal,
      'fusion:ended_by': attempt.ended_by,
      'fusion:out_of_memory': attempt.out_of_memory,
      'fusion:exit_type': attempt.exit_type,
      'fusion:reason': attempt.reason,
      'fusion:peak_memory_bytes': attempt.peak_memory_bytes,
      'fusion:peak_storage_bytes': attempt.peak_storage_bytes,
      'fusion:cpu_seconds': attempt.cpu_seconds,
    });
    draft.relate('wasInformedBy', { 'prov:informed': uuid(component.id), 'prov:informant': id });
    const before = attempts[index - 1];
    if (before) draft.relate('wasInformedBy', { 'prov:informed': id, 'prov:informant': uuid(before.id) });
  }
}

/** A runtime says in its handle what it is and, when it runs images, the digest of the one it ran. */
function handlePart(handle: unknown, part: 'runtime' | 'imageDigest'): string | null {
  const value = (handle as Readonly<Record<string, unknown>> | null)?.[part];
  return typeof value === 'string' ? value : null;
}

function describePlan(draft: Draft, { component, service }: Facts): void {
  draft.thing('entity', uuid(component.service_id), {
    'prov:type': [name('prov:Plan'), name('fusion:Service')],
    'prov:label': service?.name ?? component.name,
    'fusion:ssd': name(uuid(component.ssd_id)),
    'fusion:version': service?.version,
    'fusion:image': service?.image,
    'fusion:image_id': name(uuid(component.image_id)),
  });
}
