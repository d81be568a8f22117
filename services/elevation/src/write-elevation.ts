import { readFile, writeFile } from 'node:fs/promises';

import { runGdal, translate, writeCog } from '@fusion-platform/geo';
import type { RunGdalOptions } from '@fusion-platform/geo';

export interface Band {
  readonly name: string;
  readonly unit: string;
}

export interface WriteElevationOptions extends RunGdalOptions {
  readonly input: string;
  /** Where a description of the input may be written. */
  readonly vrt: string;
  readonly output: string;
  readonly band: Band;
}

/** Writes a COG whose bands have a name and a unit. GDAL's programs cannot set those, but they keep what a VRT says. */
export async function writeElevation(options: WriteElevationOptions): Promise<void> {
  const { input, vrt, output, band, ...run } = options;
  const { onProgress: _, ...quietly } = run;
  await runGdal(translate({ input, output: vrt, format: 'VRT' }), quietly);
  await writeFile(vrt, describeBands(await readFile(vrt, 'utf8'), band));
  await writeCog({ input: vrt, output, ...run });
}

/** Only the first band of a DEM is known to be elevation. */
function describeBands(xml: string, { name, unit }: Band): string {
  const own = /(<VRTRasterBand [^>]*band="1"[^>]*>)([\s\S]*?)(<\/VRTRasterBand>)/;
  return xml.replace(own, (_, start: string, content: string, end: string) => {
    const rest = content.replaceAll(/\s*<(Description|UnitType)>[^<]*<\/\1>/g, '');
    return `${start}\n    <Description>${name}</Description>\n    <UnitType>${unit}</UnitType>${rest}${end}`;
  });
}
