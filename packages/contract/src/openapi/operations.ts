import type { Answer, Body, Call } from '../calls/index.ts';
import { examples } from './examples.ts';
import type { JsonSchema, Schemas } from './json-schema.ts';
import { flatBody, listAnswer, oneAnswer } from './model-schemas.ts';
import { parametersOf } from './parameters.ts';
import { errorResponses } from './responses.ts';
import { eventSchema } from './streams.ts';

type AnyCall = Call<string, Body, Answer>;

export function operation(schemas: Schemas, call: AnyCall): JsonSchema {
  const parameters = parametersOf(schemas, call);
  const body = bodyOf(schemas, call.body);
  const example = examples[call.id];
  return {
    operationId: call.id,
    summary: call.summary,
    ...(call.description ? { description: call.description } : {}),
    tags: [call.tag],
    ...(call.authenticated ? {} : { security: [] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': content(body, example?.body) } } }
      : {}),
    responses: {
      '200': answerOf(schemas, call.answer, example?.answer),
      ...errorResponses(call.errors),
    },
    ...(call.extension ? { 'x-extension': true } : {}),
  };
}

function bodyOf(schemas: Schemas, body: Body): JsonSchema | undefined {
  switch (body.kind) {
    case 'none':
      return undefined;
    case 'flat':
      return flatBody(schemas, body.model, body.keep);
    case 'nested':
      return {
        type: 'object',
        properties: { [body.name]: schemas.of(body.schema) },
        required: [body.name],
      };
  }
}

function answerOf(schemas: Schemas, answer: Answer, example: unknown): JsonSchema {
  switch (answer.kind) {
    case 'one': {
      const schema = oneAnswer(schemas, answer.model, answer.template, schemas.of(answer.extras));
      return json(answer.template ? 'The template.' : `The ${answer.model.name}.`, schema, example);
    }
    case 'list':
      return json('A page of the list.', listAnswer(schemas, answer.model), example);
    case 'object':
      return json('Done.', schemas.of(answer.schema), example);
    case 'file':
      return {
        description: 'The file.',
        content: Object.fromEntries(answer.types.map((type) => [type, { schema: { type: 'string' } }])),
      };
    case 'stream':
      return {
        description: 'The events, as they come.',
        content: {
          'text/event-stream': { schema: { type: 'string' }, ...eventSchema(schemas, answer.event) },
        },
      };
  }
}

const json = (description: string, schema: JsonSchema, example: unknown): JsonSchema => ({
  description,
  content: { 'application/json': content(schema, example) },
});

const content = (schema: JsonSchema, example: unknown): JsonSchema => ({
  schema,
  ...(example === undefined ? {} : { example }),
});
