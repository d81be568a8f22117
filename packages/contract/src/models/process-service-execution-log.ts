import { datetime, integer, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { stamps } from './parts/index.ts';

/** A record of a component's log. */
export const ProcessServiceExecutionLog = model(
  'ProcessServiceExecutionLog',
  'Log record',
  'One record of the log of a component: a line that its service wrote.',
  {
    ...stamps('log record'),
    process_service_execution_id: uuid({
      title: 'Component',
      description: 'The id of the component whose log it is part of.',
      readOnly: true,
    }),
    logged_at: datetime({ title: 'Logged at', description: 'When the service wrote it.', readOnly: true }),
    message: string({
      title: 'Message',
      description: 'What it says. Absent for an empty line.',
      nullable: true,
      readOnly: true,
    }),
    attempt: integer({
      title: 'Attempt',
      description: 'The attempt that wrote it, from 1.',
      nullable: true,
      readOnly: true,
      extension: true,
    }),
  },
);
export type ProcessServiceExecutionLog = ModelValue<typeof ProcessServiceExecutionLog>;
