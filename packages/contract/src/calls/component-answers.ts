import * as z from 'zod';

/** What an action was answered, as it came. */
export const ActionAnswer = z.object({
  status: z.int().meta({ description: 'The HTTP status of the answer, of whatever kind it was.' }),
  content_type: z.string().nullable().meta({ description: 'The type that the answer says it has.' }),
  body_type: z
    .enum(['json', 'text', 'base64'])
    .meta({ description: 'What `body` is: JSON, text, or any other bytes in base64.' }),
  body: z.unknown().meta({ description: 'The body of the answer.' }),
});
export type ActionAnswer = z.output<typeof ActionAnswer>;

const Records = z.record(z.string(), z.record(z.string(), z.unknown()));

const records = (description: string) => Records.optional().meta({ description });

/** A PROV-JSON document: records by identifier, by kind. Kinds without a record are left out. */
export const Provenance = z.looseObject({
  prefix: z
    .record(z.string(), z.string())
    .meta({ description: 'What the prefixes of identifiers stand for.' }),
  entity: records('Data items, files, options, the version of the service.'),
  activity: records('The component, its attempts, its execution, and the components around it.'),
  agent: records('Who asked, for which organisation, and the platform.'),
  used: records('What the component worked on.'),
  wasGeneratedBy: records('What it made.'),
  wasDerivedFrom: records('What its outputs were made from.'),
  wasAssociatedWith: records('Who was responsible for it, and by which version of the service it went.'),
  wasAttributedTo: records('Whose the data is.'),
  actedOnBehalfOf: records('For whom the platform and the user acted.'),
  wasStartedBy: records('What began what.'),
  wasInformedBy: records('Which attempts stand behind the component, and which came after which.'),
  alternateOf: records('Of outputs that were taken over: which they are the same as.'),
  hadMember: records('The files of data items.'),
});
export type Provenance = z.output<typeof Provenance>;
