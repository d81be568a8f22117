import { stringify } from 'yaml';

import type { Definition } from './definition.ts';

/** A definition as YAML that Python's reader takes as it is meant. */
export function writeDefinition(definition: Definition): string {
  const { serviceName, processName, inputs, storage, options, fields, dispatchers } = definition;
  return stringify(
    {
      service_name: serviceName,
      process_name: processName ?? null,
      inputs: inputs.map(({ name, file }) => (file === undefined ? name : { name, file })),
      storage,
      options: { ...options, ...fields },
      dispatchers: dispatchers.map(({ name, dispatchIntermediate, options: own }) => ({
        name,
        ...(dispatchIntermediate === undefined ? {} : { dispatch_intermediate: dispatchIntermediate }),
        options: own,
      })),
    },
    // What YAML 1.1 would take for another type is put into quotes; nothing is folded.
    { version: '1.1', lineWidth: 0 },
  );
}
