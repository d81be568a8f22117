export { processFields } from './definition.ts';
export type { DefinedInput, Definition, ProcessField, Value } from './definition.ts';
export { fieldChanges } from './fields.ts';
export { inputOf, readDefinition } from './read-yaml.ts';
export { writeDefinition } from './write-yaml.ts';
