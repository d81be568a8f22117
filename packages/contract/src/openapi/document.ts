import { calls } from '../calls/index.ts';
import type { Answer, Body, Call, ErrorCode } from '../calls/index.ts';
import { createSchemas } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { operation } from './operations.ts';
import { listParameters } from './parameters.ts';
import { errorComponents } from './responses.ts';

export interface OpenApiOptions {
  /** Where the API is reached. Without it: where the document came from. */
  readonly servers?: readonly { readonly url: string; readonly description?: string }[];
  /** The version of the platform. */
  readonly version?: string;
}

/** An OpenAPI 3.1 document, as JSON. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: JsonSchema;
  readonly servers: readonly JsonSchema[];
  readonly tags: readonly JsonSchema[];
  readonly security: readonly JsonSchema[];
  readonly paths: Readonly<Record<string, JsonSchema>>;
  readonly components: Readonly<Record<string, Record<string, JsonSchema>>>;
}

const tags: Readonly<Record<string, string>> = {
  Users: 'Logging in, and the user who did.',
  Organisations: 'Who owns everything else, and what they have to pay with.',
  Members: 'Who belongs to an organisation, what they may do in it, and who is invited.',
  Data: 'What processes take and make: files, and what analysis found in them.',
  Services: 'What can be run, and what can send its outputs somewhere.',
  Processes: 'Services made ready to run.',
  Executions: 'The runs of processes, with their components and logs.',
  Webhooks: 'Addresses that are told what happens.',
};

const description = `The API of a platform that runs Earth-observation services over a region.

Bodies and answers are JSON. Dates are ISO 8601 with an offset; one without is taken as UTC. A field of a model that has no value is left out; in the objects nested in a model it is null. Unknown fields are ignored. An empty string in a field that may be null means null.

What is marked \`x-extension\` is not part of the API that the public Python client speaks: a client must do without it where a platform lacks it. What is marked \`x-hidden\` travels with a model but is not among the attributes that clients show.`;

/** Prints the contract as an OpenAPI 3.1 document. */
export function openApiDocument({ servers, version = '0.1.0' }: OpenApiOptions = {}): OpenApiDocument {
  const schemas = createSchemas();
  const all = Object.values(calls) as unknown as Call<string, Body, Answer>[];
  const paths: Record<string, JsonSchema> = {};
  for (const call of all) {
    paths[call.path] = { ...paths[call.path], [call.method.toLowerCase()]: operation(schemas, call) };
  }
  const used = new Set<ErrorCode>(all.flatMap((call) => call.errors));
  const responses = errorComponents(schemas, used);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Fusion Platform',
      version,
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: servers?.map((server) => ({ ...server })) ?? [
      { url: '/', description: 'The platform that this document came from' },
    ],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'The `access_token` that logging in gives. It lasts a day at most.',
        },
      },
      schemas: Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => a.localeCompare(b))),
      parameters: listParameters,
      responses,
    },
  };
}
