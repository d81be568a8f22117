import * as z from 'zod';

import { ActionAnswer, Provenance } from './component-answers.ts';
import { call, nested, object } from './define.ts';

const tag = 'Executions';
const component =
  '/organisations/{organisation_id}/process_service_executions/{process_service_execution_id}';

export const runAction = call({
  tag,
  summary: 'Run an action of a component',
  description:
    'Works out the values of the action, calls its address with them, and gives the answer back. A status other than 2xx of that address is an answer too. Only components that have succeeded have results to act on.',
  method: 'POST',
  path: `${component}/run_action` as const,
  body: nested(
    'ProcessServiceExecution',
    z.object({
      name: z.string().meta({ description: 'The name of the action.' }),
      values: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
        .optional()
        .meta({
          description:
            'The values that are the user’s to give, by name. One that is left out has its default.',
        }),
    }),
  ),
  answer: object(ActionAnswer),
  errors: ['bad_request', 'conflict', 'forbidden', 'invalid_model', 'unavailable'],
  extension: true,
});

export const getProvenance = call({
  tag,
  summary: 'Get the provenance of a component',
  description:
    'A PROV-JSON document (https://www.w3.org/submissions/prov-json/) of what it ran, by which version of which service, with which options, on what, what it made, when, and who asked for it; of one that runs or failed, what there is. Files carry their SHA-256.',
  method: 'GET',
  path: `${component}/provenance` as const,
  answer: object(Provenance),
  extension: true,
});
