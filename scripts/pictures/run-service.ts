import { join } from 'node:path';

import { exampleRegions } from 'fusion-platform';
import type { NamedBytes, OptionValue, Organisation } from 'fusion-platform';

/** Paths of the files that one execution made, by their names. */
export type Files = ReadonlyMap<string, string>;

export const lakes = exampleRegions.lakeDistrict;

/** Some 170 square kilometres of the Lake District's highest land. */
export const fells: NamedBytes = {
  name: 'fells.geojson',
  data: JSON.stringify({
    type: 'Polygon',
    coordinates: [
      [
        [-3.28, 54.42],
        [-3.08, 54.42],
        [-3.08, 54.53],
        [-3.28, 54.53],
        [-3.28, 54.42],
      ],
    ],
  }),
};

/** Runs services and downloads what they make, a map of files for each execution. */
export function runner(organisation: Organisation, folder: string) {
  return async (
    name: string,
    region: NamedBytes,
    options: Readonly<Record<string, OptionValue>>,
  ): Promise<Files[]> => {
    const data = await organisation.createData({ name, fileType: 'GeoJSON', files: [region], wait: true });
    const { first: service } = await organisation.findServices({ name });
    if (!service) throw new Error(`The platform has no service ${name}`);
    const process = await organisation.newProcess({ name, service });
    await process.update({ inputNumber: 1, data });
    for (const [optionName, value] of Object.entries(options)) await process.update({ optionName, value });
    await process.create();
    const made: Files[] = [];
    for (const execution of await process.execute({ wait: true })) {
      const files = new Map<string, string>();
      for await (const component of execution.components()) {
        if (component.intermediate) continue;
        for await (const output of component.outputs())
          for await (const file of output.files()) {
            const path = join(folder, execution.id, file.file_name!);
            await file.download({ path });
            files.set(file.file_name!, path);
          }
      }
      made.push(files);
    }
    return made;
  };
}
