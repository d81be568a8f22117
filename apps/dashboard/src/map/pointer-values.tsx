import type { DataFile } from 'fusion-platform';
import type { ReactNode } from 'react';

import { significant } from '../format/number.ts';

export interface PointedAt {
  readonly longitude: number;
  readonly latitude: number;
  /** In the raster's own coordinates. */
  readonly x: number;
  readonly y: number;
  /** Undefined outside of the raster; null for a band without data there. */
  readonly values: readonly (number | null)[] | undefined;
}

/** Where the pointer is, and what the raster has there. */
export function PointerValues({
  pointed,
  file,
  projection,
}: {
  readonly pointed: PointedAt | undefined;
  readonly file: DataFile | undefined;
  readonly projection: string | undefined;
}): ReactNode {
  if (!pointed)
    return (
      <div className="map-told small muted" role="status">
        Point at the map, or tap it, for the values there. {projection && <>The raster is in {projection}.</>}
      </div>
    );
  const { longitude, latitude, x, y, values } = pointed;
  return (
    <div className="map-told small" role="status">
      <span className="mono">
        {Math.abs(latitude).toFixed(5)}° {latitude < 0 ? 'S' : 'N'}, {Math.abs(longitude).toFixed(5)}°{' '}
        {longitude < 0 ? 'W' : 'E'}
      </span>
      {projection !== 'EPSG:4326' && (
        <span className="muted mono">
          {' '}
          {projection} {x.toFixed(1)}, {y.toFixed(1)}
        </span>
      )}{' '}
      {values === undefined ? (
        <span className="muted">outside of the raster</span>
      ) : (
        values.map((value, i) => {
          const selector = file?.selectors?.[i];
          return (
            <strong key={selector?.selector ?? i}>
              {' '}
              {selector?.selector ?? `Band ${i + 1}`}: {value === null ? 'no data' : significant(value)}
              {value !== null && selector?.unit ? ` ${selector.unit}` : ''}
            </strong>
          );
        })
      )}
    </div>
  );
}
