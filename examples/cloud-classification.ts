// Clouds over a region that is too large for one run: executed in slices, put together again by GDAL.
//
//   npm run script -- examples/cloud-classification.ts lake_district.geojson 2021-03-27 outputs/clouds
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { exampleRegions, login } from 'fusion-platform';

const [regionFile, startDate = '2021-03-27', folder = 'outputs/clouds'] = process.argv.slice(2);
const save = async (path: string, document: object) =>
  await writeFile(path, JSON.stringify(document, null, 2));

const session = await login({
  apiUrl: process.env['FUSION_URL'] ?? 'http://127.0.0.1:8080',
  email: process.env['FUSION_EMAIL'] ?? 'analyst@example.com',
  password: process.env['FUSION_PASSWORD'] ?? '',
  pollInterval: 2000,
});
const organisation = await session.user.organisations().first();
if (!organisation) throw new Error('The user belongs to no organisation');

const region = await organisation.createData({
  name: regionFile ? basename(regionFile, '.geojson') : 'Lake District',
  fileType: 'GeoJSON',
  files: [regionFile ?? exampleRegions.lakeDistrict], // in any CRS
  wait: true,
});
const outline = await region.files().first();
console.log(`${region.name}: ${((outline?.area ?? 0) / 1e6).toFixed(0)} km²`);

const { first: service } = await organisation.findServices({ name: 'Demo: Sentinel-2 Cloud Classification' });
if (!service) throw new Error('The platform has no such service');
const clouds = await organisation.newProcess({ name: `Clouds over ${region.name}`, service });
await clouds.update({ inputNumber: 1, data: region });
await clouds.update({ optionName: 'latest_date', value: false });
await clouds.update({ optionName: 'start_date', value: new Date(`${startDate}T00:00:00Z`) });
await clouds.create();
console.log(`It costs ${clouds.price} credits`);

// An execution for each slice, and one more that puts their statistics together.
const progress: (number | undefined)[] = [];
const executions = await clouds.execute({
  wait: true,
  onProgress: ({ execution }) => {
    progress[execution.group_index ?? 0] = execution.progress;
    process.stdout.write(`\r${Array.from(progress, (percent = 0) => `${percent} %`).join('  ')}`);
  },
});
console.log();

const pieces: string[] = [];
for (const [index, execution] of executions.entries()) {
  const slice = join(folder, `${index + 1}`);
  for await (const component of execution.components()) {
    await component.downloadLogFile(join(slice, `${component.name}.csv`));
    if (component.intermediate) continue; // the bands that the classes come from
    for await (const output of component.outputs()) {
      const items = [];
      for await (const file of output.files()) {
        const path = join(slice, file.file_name!);
        await file.download({ path });
        const { item, fileName } = file.getStacItem();
        if (item && fileName) {
          await save(join(slice, fileName), item);
          items.push({ item, fileName });
        }
        if (file.file_type !== 'GeoTIFF') continue;
        pieces.push(path);
        // Of the ten bins from 0 to 3 the classes 0 to 3 are in the first, fourth, seventh and tenth.
        const { histogram } = file.selectors![0]!;
        const [ground, shadow, thick, thin] = [0, 3, 6, 9].map((bin) => histogram![bin]);
        console.log(
          `${path}: ${ground} pixels of ground, ${shadow} shadow, ${thick} thick cloud, ${thin} thin`,
        );
      }
      const { collection, fileName } = output.getStacCollection({
        items,
        fileName: `${output.name}.json`,
        lineage: clouds.name,
      });
      await save(join(slice, fileName), collection);
    }
  }
}

// Slices share a grid and no pixel: there is nothing to resample or blend.
const run = promisify(execFile);
const [stack, mosaic] = ['mosaic.vrt', 'mosaic.tif'].map((name) => join(folder, name)) as [string, string];
try {
  await run('gdalbuildvrt', ['-q', stack, ...pieces]);
  await run('gdal_translate', ['-q', '-of', 'COG', '-co', 'OVERVIEW_RESAMPLING=MODE', stack, mosaic]);
  console.log(`${mosaic} is the whole`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  console.log(
    `The ${pieces.length} slices stay apart: GDAL, which puts them together, is not installed here`,
  );
}
