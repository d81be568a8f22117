import * as z from 'zod';

import { call, file } from './define.ts';

/** The columns of a log as CSV. */
export const logFileColumns = ['logged_at', 'message'] as const;

/** What the headers of a log in one answer say. */
export const logFileHeaders = {
  /** How many records the answer holds: one with fewer was cut off. */
  records: 'x-fusion-platform-records',
  /** The newest record that belongs to it: `until` of a call that goes on with it. Absent for an empty log. */
  until: 'x-fusion-platform-until',
} as const;

export const downloadLog = call({
  tag: 'Executions',
  summary: 'Download the log of a component',
  description: `All records in one answer, as CSV (RFC 4180, columns ${logFileColumns.join(' and ')}) or as NDJSON (a record of the list a line), compressed where the caller accepts gzip. Records that are written meanwhile are not in it. \`${logFileHeaders.records}\` says how many records there are: an answer with fewer was cut off, and another call with \`skip\` and \`until\` goes on with it.`,
  method: 'GET',
  path: '/organisations/{organisation_id}/process_service_executions/{process_service_execution_id}/logs/file',
  query: z.object({
    format: z.enum(['csv', 'ndjson']).optional().meta({ description: 'CSV unless given.' }),
    reverse: z.boolean().optional().meta({ description: 'Newest first; oldest first unless given.' }),
    header: z
      .boolean()
      .optional()
      .meta({ description: 'Whether CSV begins with the names of its columns: it does unless given.' }),
    attempt: z.coerce
      .number()
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .meta({ description: 'Only records of this attempt.' }),
    until: z
      .guid()
      .optional()
      .meta({ description: `The newest record wanted, by its id: what \`${logFileHeaders.until}\` said.` }),
    skip: z.coerce
      .number()
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .meta({ description: 'How many records to leave out from the beginning of the answer.' }),
  }),
  answer: file(['text/csv', 'application/x-ndjson']),
  errors: ['bad_request'],
  extension: true,
});
