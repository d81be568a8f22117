interface Geometry {
  readonly type: string;
}

interface GeoJson {
  readonly type: string;
  readonly features?: readonly GeoJson[];
  readonly geometry?: Geometry | null;
  readonly properties?: Readonly<Record<string, unknown>> | null;
}

export interface Zone {
  readonly name: string;
  readonly geometry: Geometry;
}

/** The polygons of a GeoJSON file, each with its name: that of a property, or its number. */
export function zonesOf(value: GeoJson, property: string): Zone[] {
  const features = value.type === 'FeatureCollection' ? (value.features ?? []) : [value];
  return features.flatMap((feature, index) => {
    const geometry = feature.type === 'Feature' ? feature.geometry : feature;
    if (geometry?.type !== 'Polygon' && geometry?.type !== 'MultiPolygon') return [];
    const given = feature.properties?.[property];
    const name = typeof given === 'string' || typeof given === 'number' ? String(given) : String(index + 1);
    return [{ name, geometry }];
  });
}
