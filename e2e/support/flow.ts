import { randomUUID } from 'node:crypto';

import { call, until } from './api.ts';
import type { Answer, Session } from './api.ts';

type Json = Record<string, unknown>;

/** A square of about a kilometre in Glasgow. */
export const square = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { name: 'Kelvingrove' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [-4.3, 55.86],
            [-4.28, 55.86],
            [-4.28, 55.87],
            [-4.3, 55.87],
            [-4.3, 55.86],
          ],
        ],
      },
    },
  ],
};

/** One analyst's way through the API, call by call. */
export function flow(url: string, session: Session) {
  const base = `/organisations/${session.organisation}`;
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> =>
    await call(url, method, `${base}${path}`, { token: session.token, body });
  const must = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await send(method, path, body);
    if (answer.status !== 200)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const model = async (method: string, path: string, body?: unknown): Promise<Json> =>
    (await must(method, path, body))['model'] as Json;
  const list = async (path: string): Promise<Json[]> => (await must('GET', path))['list'] as Json[];
  /** The one file of an item, once its analysis has ended, well or not. */
  const analysed = async (id: string): Promise<Json> =>
    await until(`analysis of the file of ${id}`, 300, async () => {
      const [found] = await list(`/data/${id}/files`);
      const ended = found?.['publishable'] !== undefined || found?.['error'] !== undefined;
      return { done: found?.['size'] !== undefined && ended, value: found! };
    });

  return {
    send,
    must,
    model,
    list,
    /** Uploads one file; gives the data's id once the analysis has ended, well or not. */
    upload: async (
      content: string | Uint8Array<ArrayBuffer>,
      options: { name?: string; fileType?: string } = {},
    ): Promise<{ id: string; file: Json }> => {
      const { name = 'region.geojson', fileType = 'GeoJSON' } = options;
      const id = randomUUID();
      await must('POST', '/data', { 'Data[id]': id, 'Data[name]': name });
      const { extras } = (await must('POST', `/data/${id}/add_file`, {
        Data: { name, file_type: fileType },
      })) as { extras: { url: string } };
      const put = await fetch(extras.url, { method: 'PUT', body: content });
      if (put.status !== 200) throw new Error(`upload: ${put.status} ${await put.text()}`);
      await put.arrayBuffer();
      return { id, file: await analysed(id) };
    },
    analysed,
    /** A process of the service with that name, made and priced. @param fields further ones of the process */
    process: async (service: string, data: string, options: Json = {}, fields: Json = {}): Promise<Json> => {
      const [found] = await list(
        `/services/latest?filter[name__begins_with]=${encodeURIComponent(service)}&limit=1`,
      );
      if (!found) throw new Error(`there is no service ${service}`);
      const template = await model('GET', `/processes/new?service_id=${String(found['id'])}`);
      const inputs = (template['inputs'] as Json[]).map((input) => ({ ...input, id: data }));
      const chosen = (template['options'] as Json[]).map((option) =>
        String(option['name']) in options ? { ...option, value: options[String(option['name'])] } : option,
      );
      const body = Object.fromEntries(
        Object.entries({ ...template, name: `Test of ${service}`, inputs, options: chosen, ...fields }).map(
          ([key, value]) => [`Process[${key}]`, value],
        ),
      );
      return await model('POST', '/processes', body);
    },
    /** Executes and gives the execution's id. */
    execute: async (process: Json): Promise<string> => {
      await must('POST', `/processes/${String(process['id'])}/execute`);
      const [execution] = await list(`/processes/${String(process['id'])}/executions?reverse=True&limit=1`);
      return String(execution!['id']);
    },
    /** Waits for the end of an execution. */
    ended: async (execution: string, seconds = 300): Promise<Json> =>
      await until(`execution ${execution}`, seconds, async () => {
        const value = await model('GET', `/process_executions/${execution}`);
        return { done: value['progress'] === 100, value };
      }),
    components: async (execution: string): Promise<Json[]> =>
      await list(`/process_executions/${execution}/process_service_executions`),
    logs: async (component: Json): Promise<string[]> =>
      (await list(`/process_service_executions/${String(component['id'])}/logs?limit=1000`)).map(
        (record) => (record as { message?: string }).message ?? '',
      ),
    credits: async (): Promise<number> =>
      Number((await model('GET', `/credits/${session.organisation}`))['any_credits']),
    download: async (data: string, file: Json): Promise<Uint8Array> => {
      const { extras } = (await must('GET', `/data/${data}/download_file/${String(file['file_id'])}`)) as {
        extras: { url: string };
      };
      const response = await fetch(extras.url);
      if (!response.ok) throw new Error(`download: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
export type Flow = ReturnType<typeof flow>;
