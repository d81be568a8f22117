/** Models as they travel, for the fixture server to answer. */
export const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const dates = { created_at: '2026-01-01T00:00:00+00:00', updated_at: '2026-01-01T00:00:00+00:00' };

export const userId = id(1);
export const organisationId = id(2);
export const serviceId = id(3);
export const ssdId = id(4);
export const processId = id(5);
export const executionId = id(6);
export const componentId = id(7);
export const dataId = id(8);

export const idToken = `x.${Buffer.from(JSON.stringify({ sub: userId })).toString('base64url')}.y`;

export type Wire = Record<string, unknown> & { readonly id: string };

export const user = (more: object = {}): Wire => ({
  id: userId,
  ...dates,
  email: 'ada@example.com',
  given_name: 'Ada',
  family_name: 'Lovelace',
  default_output_storage_period: 7,
  time_zone: 'Europe/London',
  locale: 'en-GB',
  units: 'metric',
  organisations: [{ id: organisationId, last: true }],
  ...more,
});

export const organisation = (more: object = {}): Wire => ({
  id: organisationId,
  ...dates,
  name: 'Analytical Engines',
  address_line_1: '1 Street',
  address_town_city: 'London',
  address_post_zip_code: 'N1',
  address_country: 'GB',
  ...more,
});

export const service = (more: object = {}): Wire => ({
  id: serviceId,
  ...dates,
  organisation_id: organisationId,
  ssd_id: ssdId,
  version: 1,
  approval_status: 'approved',
  name: 'Elevation',
  categories: ['Terrain'],
  keywords: ['elevation', 'dem'],
  image_id: id(90),
  license_id: id(91),
  documentation_summary: 'Heights',
  documentation_description: 'Heights of a region',
  documentation_assumptions: '',
  documentation_performance: '',
  documentation_actions: '',
  ...more,
});

export const option = (name: string, data_type: string, value: string | null, more: object = {}): object => ({
  ssd_id: ssdId,
  name,
  value,
  required: false,
  data_type,
  validation: null,
  mutually_exclusive: null,
  advanced: false,
  title: name,
  description: null,
  ...more,
});

export const input = (more: object = {}): object => ({
  ssd_id: ssdId,
  input: 1,
  file_type: 'GeoJSON',
  resolution: null,
  selectors: [],
  model: 'Data',
  change_trigger: false,
  change_hash: null,
  title: 'Region',
  description: 'The region',
  ...more,
});

export const dispatcher = (more: object = {}): object => ({
  ssd_id: id(40),
  name: 'Email',
  dispatch_intermediate: false,
  documentation_summary: 'Sends an e-mail',
  documentation_description: '',
  options: [option('emails', 'string', null)],
  ...more,
});

export const process = (more: object = {}): Wire => ({
  id: processId,
  ...dates,
  organisation_id: organisationId,
  ssd_id: ssdId,
  service_id: serviceId,
  name: 'Elevation of Glasgow',
  inputs: [input({ id: dataId })],
  options: [option('resolution', 'numeric', '30')],
  run_type: 'run_once',
  repeat_count: 1,
  repeat_start: '2026-01-01T00:00:00+00:00',
  process_status: 'draft',
  process_status_at: '2026-01-01T00:00:00+00:00',
  test_run: false,
  price: 1.5,
  has_executions: '',
  has_executions_organisation_id: organisationId,
  ...more,
});

export const listedExecution = (more: object = {}): object => ({
  process_execution_id: executionId,
  job_status: 'running',
  started_at: '2026-01-01T00:00:01+00:00',
  delete_warning_status: 'none',
  delete_expiry: '2026-02-01T00:00:00+00:00',
  ...more,
});

export const execution = (more: object = {}): Wire => ({
  id: executionId,
  ...dates,
  organisation_id: organisationId,
  process_id: processId,
  started_at: '2026-01-01T00:00:01+00:00',
  stopped: false,
  abort: false,
  success: false,
  progress: 0,
  delete_expiry: '2026-02-01T00:00:00+00:00',
  delete_warning_status: 'none',
  ...more,
});

export const component = (more: object = {}): Wire => ({
  id: componentId,
  ...dates,
  organisation_id: organisationId,
  process_execution_id: executionId,
  process_id: processId,
  service_id: serviceId,
  image_id: id(90),
  chain_index: 0,
  name: 'Elevation',
  started_at: '2026-01-01T00:00:01+00:00',
  cpu: 1,
  memory: 1024,
  intermediate: false,
  inputs: [dataId],
  outputs: [],
  ...more,
});

export const data = (more: object = {}): Wire => ({
  id: dataId,
  ...dates,
  organisation_id: organisationId,
  name: 'Glasgow',
  ...more,
});

export const dataFile = (more: object = {}): Wire => ({
  id: id(60),
  ...dates,
  data_id: dataId,
  file_id: id(61),
  file_type: 'GeoJSON',
  file_name: 'glasgow.geojson',
  ...more,
});

export const logRecord = (n: number, message: string | null): Wire => ({
  id: id(1_000_000 + n),
  ...dates,
  process_service_execution_id: componentId,
  logged_at: new Date(Date.UTC(2026, 0, 1) + n).toISOString(),
  ...(message === null ? {} : { message }),
});
