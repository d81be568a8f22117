import type { CallId } from '../calls/index.ts';
import { Process, ProcessServiceExecution, ProcessServiceExecutionLog } from '../models/index.ts';
import { flattenModel, presentModel } from '../wire/index.ts';

interface Example {
  readonly body?: unknown;
  readonly answer?: unknown;
}

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const at = (time: string): string => `2026-03-01T${time}+00:00`;
const stamped = (n: number) => ({
  id: id(n),
  created_at: at('09:00:00.000000'),
  updated_at: at('09:00:00.000000'),
});
const organisation = id(1);

const input = {
  ssd_id: id(11),
  input: 1,
  file_type: 'GeoJSON',
  id: id(21),
  model: 'Data',
  change_trigger: false,
  title: 'Region',
  name: 'Glasgow',
};
const option = {
  ssd_id: id(11),
  name: 'resolution',
  value: '30',
  required: true,
  data_type: 'numeric',
  validation: 'min=10;max=1000',
  advanced: false,
  title: 'Resolution',
  description: 'The size of a pixel, in metres.',
};
const chosen = {
  name: 'Elevation of Glasgow',
  inputs: [input],
  options: [option],
  run_type: 'run_once',
  repeat_count: 1,
  repeat_start: at('09:00:00.000000'),
  output_storage_period: 30,
};
const process = {
  ...stamped(31),
  ...chosen,
  organisation_id: organisation,
  ssd_id: id(11),
  service_id: id(12),
  process_status: 'draft',
  process_status_at: at('09:00:00.000000'),
  test_run: false,
  price: 1.5,
  has_executions: '',
  has_executions_organisation_id: '',
};
const component = {
  ...stamped(51),
  organisation_id: organisation,
  process_execution_id: id(41),
  process_id: id(31),
  service_id: id(12),
  image_id: id(13),
  chain_index: 0,
  name: 'Elevation',
  started_at: at('09:01:00.000000'),
  ended_at: at('09:01:42.000000'),
  runtime: 42,
  cpu: 1,
  memory: 1024,
  storage: 4,
  inputs: [id(21)],
  outputs: [id(61), id(62)],
  intermediate: false,
  success: true,
  metrics: [
    {
      date: at('09:01:42.000000'),
      memory_total_bytes: 1_073_741_824,
      memory_free_bytes: 536_870_912,
      s3_transfer_bytes: 0,
      comment: 'writing the elevation',
    },
  ],
};
const record = {
  ...stamped(71),
  process_service_execution_id: id(51),
  logged_at: at('09:01:02.250000'),
  message: 'reading 4 tiles',
};

/** Examples of bodies and answers, by call. */
export const examples: Readonly<Partial<Record<CallId | (string & {}), Example>>> = {
  login: {
    body: { User: { email: 'ada@example.org', user_id: null, password: 'a password' } },
    answer: { id_token: 'eyJhbGciOi…', access_token: 'eyJhbGciOi…' },
  },
  createProcess: {
    body: flattenModel(Process, { organisation_id: organisation, service_id: id(12), ...chosen }),
    answer: { model: presentModel(Process, process), extras: { dispatchers: [] } },
  },
  listComponents: { answer: { list: [presentModel(ProcessServiceExecution, component)] } },
  listLogs: {
    answer: {
      list: [presentModel(ProcessServiceExecutionLog, record)],
      last: { id: id(71) },
    },
  },
};
