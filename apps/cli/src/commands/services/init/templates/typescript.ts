import { readme, yamlText } from './template.ts';
import type { NewService, Template } from './template.ts';

const serviceYaml = ({ name, ssdId }: NewService): string => `name: ${yamlText(name)}
ssd_id: ${ssdId} # the same for all versions
version: 1
categories: [Examples]
keywords: [Example]
command: [node, main.ts]
inputs:
  - number: 1
    file_type: GeoJSON
    title: Region
    description: Polygons, in longitude and latitude
outputs:
  - number: 1
    name: Boxes
    file_type: GeoJSON
    title: Bounding boxes
    description: The bounding box of each polygon, widened by the margin
options:
  - name: margin
    data_type: numeric
    value: 0
    required: true
    validation: min=0;max=10
    title: Margin
    description: By how many degrees each box is wider than its polygon on every side
resources: { cpu: 1, memory_mb: 256, storage_gb: 1 }
documentation:
  summary: Draws a box around each polygon
`;

const main = `import { readFile, writeFile } from 'node:fs/promises';

import { runService } from '@fusion-platform/service-kit';

type Position = number[];
interface Feature {
  type: 'Feature';
  properties: Record<string, unknown> | null;
  geometry: { type: string; coordinates: unknown };
}

/** All positions of a geometry, however deep they are. */
const positionsOf = (coordinates: any): Position[] =>
  typeof coordinates[0] === 'number' ? [coordinates] : coordinates.flatMap(positionsOf);

/** West, south, east and north. Across the antimeridian a box would need two parts. */
function boxOf(positions: Position[], margin: number): [number, number, number, number] {
  const x = positions.map(([longitude]) => longitude!);
  const y = positions.map(([, latitude]) => latitude!);
  const low = (values: number[]) => values.reduce((a, b) => Math.min(a, b)) - margin;
  const high = (values: number[]) => values.reduce((a, b) => Math.max(a, b)) + margin;
  return [low(x), Math.max(-90, low(y)), high(x), Math.min(90, high(y))];
}

/** A feature collection, a feature or a bare geometry as features. */
function featuresOf(value: any): Feature[] {
  if (value.type === 'FeatureCollection') return value.features;
  return value.type === 'Feature' ? [value] : [{ type: 'Feature', properties: {}, geometry: value }];
}

await runService(async (_job, kit) => {
  const margin = kit.option('margin', 'number') ?? 0;
  const boxes: Feature[] = [];
  for (const file of kit.input(1)) {
    kit.log(\`Reading \${file.name}\`);
    for (const { properties, geometry } of featuresOf(JSON.parse(await readFile(file.path, 'utf8')))) {
      if (!/Polygon$/.test(geometry?.type ?? '')) continue;
      const [west, south, east, north] = boxOf(positionsOf(geometry.coordinates), margin);
      const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
      boxes.push({ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring] } });
    }
  }
  if (boxes.length === 0) kit.refuse('There is no polygon in the input');
  kit.progress(90, \`\${boxes.length} boxes\`);
  await writeFile(
    kit.output(1, 'boxes.geojson', { title: 'Bounding boxes' }),
    JSON.stringify({ type: 'FeatureCollection', features: boxes }),
  );
});
`;

const sample = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { name: 'Triangle' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [-4.3, 55.8],
            [-4.1, 55.8],
            [-4.2, 55.9],
            [-4.3, 55.8],
          ],
        ],
      },
    },
  ],
};

export const typescript: Template = {
  sample: { path: 'sample/region.geojson', make: async () => `${JSON.stringify(sample, null, 2)}\n` },
  files: (service) => ({
    'service.yaml': serviceYaml(service),
    'main.ts': main,
    'package.json': `${JSON.stringify({ private: true, type: 'module' }, null, 2)}\n`,
    'README.md': readme(service, {
      run: '`main.ts` is the program. Node runs TypeScript as it is.',
      option: 'region.geojson --option margin=0.1',
    }),
  }),
};
