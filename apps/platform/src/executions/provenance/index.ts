export { createProvenance } from './provenance.ts';
export type { ComponentProvenance, ProvenanceOptions } from './provenance.ts';
