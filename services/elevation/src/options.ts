import type { Kit } from '@fusion-platform/service-kit';

import { ASPECT, hillshadeForm, slopeForm } from './terrain/forms.ts';
import type { TerrainForm } from './terrain/forms.ts';

/** What a user asks for beside the elevation. */
export interface Options {
  readonly forms: readonly TerrainForm[];
  /** Metres between contours; null for none. */
  readonly contourInterval: number | null;
}

export function readOptions(kit: Kit): Options {
  const on = (name: string): boolean => kit.option(name, 'boolean') === true;
  const number = (name: string, fallback: number): number => kit.option(name, 'number') ?? fallback;
  const forms: TerrainForm[] = [];
  if (on('slope'))
    forms.push(slopeForm(kit.option('slope_unit', 'string') === 'percent' ? 'percent' : 'degrees'));
  if (on('aspect')) forms.push(ASPECT);
  if (on('hillshade'))
    forms.push(
      hillshadeForm({
        azimuth: number('sun_azimuth', 315),
        altitude: number('sun_altitude', 45),
        exaggeration: number('vertical_exaggeration', 1),
      }),
    );
  return { forms, contourInterval: on('contours') ? number('contour_interval', 10) : null };
}
