import type { NamedBytes } from './transfers/index.ts';

type Ring = readonly (readonly [longitude: number, latitude: number])[];

/** A box around the city. */
const glasgow: Ring = [
  [-4.4, 55.78],
  [-4.1, 55.78],
  [-4.1, 55.93],
  [-4.4, 55.93],
  [-4.4, 55.78],
];

/** A coarse outline of the fells, drawn by hand; not the boundary of the national park. */
const lakeDistrict: Ring = [
  [-3.4, 54.28],
  [-3.06, 54.21],
  [-2.78, 54.31],
  [-2.66, 54.5],
  [-2.8, 54.66],
  [-3.1, 54.72],
  [-3.36, 54.62],
  [-3.46, 54.45],
  [-3.4, 54.28],
];

/** Two regions to try things with, as GeoJSON files that `createData` takes. */
export const exampleRegions: { readonly glasgow: NamedBytes; readonly lakeDistrict: NamedBytes } = {
  glasgow: region('Glasgow', 'glasgow.geojson', glasgow),
  lakeDistrict: region('Lake District', 'lake_district.geojson', lakeDistrict),
};

function region(name: string, file: string, ring: Ring): NamedBytes {
  const geometry = { type: 'Polygon', coordinates: [ring] };
  const feature = { type: 'Feature', properties: { name }, geometry };
  return Object.freeze({
    name: file,
    data: JSON.stringify({ type: 'FeatureCollection', features: [feature] }),
  });
}
