import type { Provenance } from '@fusion-platform/contract';

/** The prefixes of identifiers. Everything that has an id in the platform is `uuid:<id>`. */
const prefix = {
  uuid: 'urn:uuid:',
  fusion: 'urn:fusion-platform:terms:',
  option: 'urn:fusion-platform:option:',
  options: 'urn:fusion-platform:options:',
  sent: 'urn:fusion-platform:sent:',
  dcterms: 'http://purl.org/dc/terms/',
};

type Thing = 'entity' | 'activity' | 'agent';
type Relation =
  | 'used'
  | 'wasGeneratedBy'
  | 'wasDerivedFrom'
  | 'wasAssociatedWith'
  | 'wasAttributedTo'
  | 'actedOnBehalfOf'
  | 'wasStartedBy'
  | 'wasInformedBy'
  | 'alternateOf'
  | 'hadMember';

interface Literal {
  readonly $: string;
  readonly type: string;
}
type Value = string | number | boolean | Literal;
/** What has no value is left out. */
export type Attributes = Readonly<Record<string, Value | readonly Value[] | null | undefined>>;

/** A qualified name as the value of an attribute. */
export const name = (qualified: string): Literal => ({ $: qualified, type: 'prov:QUALIFIED_NAME' });
export const uuid = (id: string): string => `uuid:${id}`;

/** A document that is being put together. */
export interface Draft {
  /** Adds attributes to an entity, activity or agent; those that it has already stay. */
  thing(kind: Thing, id: string, attributes: Attributes): string;
  /** Adds a relation; one that is there already is not added again. */
  relate(kind: Relation, attributes: Attributes): void;
  finish(): Provenance;
}

export function startDocument(): Draft {
  const kinds: { [K in Thing | Relation]?: Record<string, Record<string, unknown>> } = {};
  const put = (kind: Thing | Relation, id: string, attributes: Attributes): void => {
    const records = (kinds[kind] ??= {});
    records[id] = { ...records[id], ...present(attributes) };
  };
  const told = new Set<string>();
  return {
    thing: (kind, id, attributes) => {
      put(kind, id, attributes);
      return id;
    },
    relate: (kind, attributes) => {
      const before = told.size;
      told.add(JSON.stringify([kind, attributes]));
      if (told.size > before) put(kind, `_:${kind}${told.size}`, attributes);
    },
    finish: () => ({ prefix, ...kinds }),
  };
}

function present(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
