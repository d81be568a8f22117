type Records = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** As much of a PROV-JSON document as the picture shows. */
export interface ProvenanceDocument {
  readonly entity?: Records | undefined;
  readonly agent?: Records | undefined;
  readonly used?: Records | undefined;
  readonly wasGeneratedBy?: Records | undefined;
}

export interface ProvenancePicture {
  readonly used: readonly string[];
  readonly made: readonly string[];
  readonly agents: readonly string[];
}

/** What was used, what was made, and by whom, each by its label. */
export function pictureOf(document: ProvenanceDocument): ProvenancePicture {
  const { entity = {}, agent = {}, used = {}, wasGeneratedBy = {} } = document;
  const label = (records: Records, id: string): string => {
    const text = records[id]?.['prov:label'];
    return typeof text === 'string' ? text : id;
  };
  const entities = (relations: Records): readonly string[] => [
    ...new Set(
      Object.values(relations).flatMap((relation) => {
        const id = relation['prov:entity'];
        return typeof id === 'string' ? [label(entity, id)] : [];
      }),
    ),
  ];
  return {
    used: entities(used),
    made: entities(wasGeneratedBy),
    agents: Object.keys(agent).map((id) => label(agent, id)),
  };
}
