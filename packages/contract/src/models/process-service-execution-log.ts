import { datetime, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';

export const ProcessServiceExecutionLog = model(
  'ProcessServiceExecutionLog',
  'Process service execution log',
  'TBD',
  {
    id: uuid({ title: 'Id', description: 'TBD', readOnly: true }),
    created_at: datetime({ title: 'Created at', description: 'TBD', readOnly: true }),
    updated_at: datetime({ title: 'Updated at', description: 'TBD', readOnly: true }),
    process_service_execution_id: uuid({
      title: 'Process service execution id',
      description: 'TBD',
      readOnly: true,
    }),
    logged_at: datetime({ title: 'Logged at', description: 'TBD', readOnly: true }),
    message: string({ title: 'Message', description: 'TBD', nullable: true, readOnly: true }),
  },
);
export type ProcessServiceExecutionLog = ModelValue<typeof ProcessServiceExecutionLog>;
