import { calls } from '@fusion-platform/contract';

import type { Data } from '../../data/index.ts';
import { route, viewers } from '../route.ts';
import type { Route } from '../route.ts';

const change = { role: 'create_and_execute_processing_chains' } as const;

export function dataRoutes(data: Data): Route[] {
  return [
    route(calls.newData, async ({ organisationId }) => ({ model: data.template(organisationId) }), change),
    route(
      calls.createData,
      async ({ organisationId, body }) => ({ model: await data.create(organisationId, body) }),
      change,
    ),
    route(
      calls.listUploadedData,
      async ({ organisationId, list }) => await data.listUploaded(organisationId, list),
      viewers,
    ),
    route(
      calls.getData,
      async ({ organisationId, params }) => ({
        model: await data.get(organisationId, params.data_id),
      }),
      viewers,
    ),
    route(
      calls.updateData,
      async ({ organisationId, params, body }) => ({
        model: await data.update(organisationId, params.data_id, body),
      }),
      change,
    ),
    route(
      calls.deleteData,
      async ({ organisationId, params }) => {
        await data.remove(organisationId, params.data_id);
        return {};
      },
      change,
    ),
    route(
      calls.copyData,
      async ({ organisationId, params, body }) => ({
        model: await data.copy(organisationId, params.data_id, body.name),
      }),
      change,
    ),
    route(
      calls.addFile,
      async ({ organisationId, userId, params, body, origin }) => {
        const { file, token } = await data.addFile(organisationId, params.data_id, body, userId);
        const url = `${origin}/uploads/${token}`;
        return { extras: { file, url, resumable_url: url } };
      },
      change,
    ),
    route(
      calls.listFiles,
      async ({ organisationId, params, list }) => await data.listFiles(organisationId, params.data_id, list),
      viewers,
    ),
    route(
      calls.downloadFile,
      async ({ organisationId, userId, params, query, origin }) => {
        const token = await data.downloadToken(
          organisationId,
          params.data_id,
          params.file_id,
          query.preview ?? false,
          userId,
        );
        return { extras: { url: `${origin}/downloads/${token}` } };
      },
      viewers,
    ),
  ];
}
