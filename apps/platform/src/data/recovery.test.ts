import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openWorld } from '../testing/world.ts';
import type { World } from '../testing/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ analyse: false });
});

afterAll(async () => await world.close());

test('a platform that starts again analyses what was cut off, and drops what never came', async () => {
  const { data, database, organisation } = world;
  const content = JSON.stringify({ type: 'Point', coordinates: [1, 2] });
  const id = await world.upload('point.geojson', 'GeoJSON', content);
  // As a platform leaves it that was killed in the middle.
  await database.queries.execute(
    sql`update data_files set analysis_tries = 1, lease_until = clock_timestamp() + interval '1 hour' where data_id = ${id}`,
  );
  const { id: other } = await data.create(organisation, { name: 'Never' });
  const announced = await data.addFile(organisation, other!, { name: 'never.csv', file_type: 'CSV' });
  const recent = await data.addFile(organisation, other!, { name: 'perhaps.csv', file_type: 'CSV' });
  await database.queries.execute(
    sql`update data_files set created_at = clock_timestamp() - interval '3 days' where id = ${announced.file}`,
  );
  await data.start();
  expect(await world.analysed(id)).toMatchObject([{ points: 1, publishable: true }]);
  const { list } = await data.listFiles(organisation, other!, {});
  expect(list.map(({ file_id }) => file_id)).toEqual([recent.file]);
});
