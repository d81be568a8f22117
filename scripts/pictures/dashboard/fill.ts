import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import { exampleRegions } from 'fusion-platform';
import type { Data, NamedBytes, OptionValue, Organisation } from 'fusion-platform';

import { root } from '../../../e2e/support/platform.ts';
import { fells } from '../run-service.ts';

/** Services of the tests that fail, wait and write much: what those of the platform do not do on demand. */
const ofTests = ['sleepy', 'moody', 'gather', 'chatty', 'exit-one'];

/** The folders of services: those of the platform, and some of the tests in a folder of their own. */
export async function servicesIn(folder: string): Promise<string> {
  const own = join(folder, 'services');
  for (const name of ofTests)
    await cp(join(root, 'e2e/services', name), join(own, name), { recursive: true });
  return `${join(root, 'services')},${own}`;
}

interface Wanted {
  readonly service: string;
  readonly name: string;
  readonly region: Data;
  readonly options?: Readonly<Record<string, OptionValue>>;
  readonly wait?: boolean;
}

/** Does what an organisation does in a week: runs that succeed, fail, go on and wait, data, a webhook, a schedule. */
export async function fill(organisation: Organisation): Promise<void> {
  const [glasgow, lakes, hills] = await Promise.all([
    upload(organisation, 'Glasgow', exampleRegions.glasgow),
    upload(organisation, 'Lake District', exampleRegions.lakeDistrict),
    upload(organisation, 'Scafell and Helvellyn', fells),
  ]);
  const run = async (wanted: Wanted): Promise<void> => await execute(organisation, wanted);
  await organisation.createWebhook({ url: 'https://example.com/fusion', events: ['execution.failed'] });
  await run({
    service: 'Elevation',
    name: 'Terrain of the central fells',
    region: hills,
    options: { slope: true, aspect: true, hillshade: true, contours: true, contour_interval: 50 },
  });
  for (const week of ['first', 'second', 'third'])
    await run({
      service: 'Elevation',
      name: 'Elevation of Glasgow',
      region: glasgow,
      options: week === 'third' ? { slope: true } : {},
    });
  await run({
    service: 'Demo: Sentinel-2 Cloud Classification',
    name: 'Clouds over the Lake District',
    region: lakes,
    options: { latest_date: false, start_date: new Date('2021-03-27T00:00:00Z') },
  });
  await run({ service: 'Exit one', name: 'Flood extent, first try', region: glasgow });
  await run({ service: 'Chatty', name: 'Calibration report', region: glasgow, options: { records: 20_000 } });
  await run({ service: 'Moody', name: 'Four slices of Glasgow', region: glasgow, options: { bad_slice: 2 } });
  await schedule(organisation, hills);
  for (const [name, seconds] of Object.entries({
    'Change of the coast, 2016 to 2026': 3000,
    'Mosaic of March': 3600,
    'Mosaic of April': 60,
  }))
    await run({ service: 'Sleepy', name, region: lakes, options: { seconds }, wait: false });
}

async function upload(organisation: Organisation, name: string, region: NamedBytes): Promise<Data> {
  return await organisation.createData({ name, fileType: 'GeoJSON', files: [region], wait: true });
}

async function execute(
  organisation: Organisation,
  { service, name, region, options = {}, wait = true }: Wanted,
): Promise<void> {
  const begun = Date.now();
  const { first } = await organisation.findServices({ name: service });
  if (!first) throw new Error(`The platform has no service ${service}`);
  const known = (await organisation.findProcesses({ name })).first;
  const process = known ?? (await organisation.newProcess({ name, service: first }));
  if (!known) {
    await process.update({ inputNumber: 1, data: region });
    for (const [optionName, value] of Object.entries(options)) await process.update({ optionName, value });
    await process.create();
  }
  await process.execute({ wait }).catch(() => undefined);
  console.log(`${name}: ${((Date.now() - begun) / 1000).toFixed(0)} s`);
}

/** A process that runs every week, next in some days. */
async function schedule(organisation: Organisation, region: Data): Promise<void> {
  const { first } = await organisation.findServices({ name: 'Elevation' });
  const process = await organisation.newProcess({ name: 'Terrain, every Monday', service: first! });
  await process.update({ inputNumber: 1, data: region });
  await process.update({
    run_type: 'run_schedule',
    repeat_count: 12,
    repeat_start: new Date(Date.now() + 3 * 86_400_000).toISOString(),
    repeat_gap: { days: 7 },
  });
  await process.create();
  await process.execute();
}
