import type { DataFile } from 'fusion-platform';
import type ImageLayer from 'ol/layer/Image.js';
import { toLonLat, transform } from 'ol/proj.js';
import type ImageSource from 'ol/source/Image.js';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { ErrorNotice } from '../ui/error-notice.tsx';
import type { Cog } from './cog.ts';
import { PointerValues } from './pointer-values.tsx';
import type { PointedAt } from './pointer-values.tsx';
import { RasterControls } from './raster-controls.tsx';
import { createRasterLayer } from './raster-layer.ts';
import type { RasterStyle } from './raster-layer.ts';
import { styleOfBand } from './stretch.ts';
import { useCog } from './use-cog.ts';
import { boundsAround } from './bounds-around.ts';
import { goToBounds, useMap } from './use-map.ts';
import { useSwipe } from './use-swipe.tsx';

/** Rasters on the map, from their files by range, in whatever coordinate system they are. */
export function RasterMap({ files }: { readonly files: readonly DataFile[] }): ReactNode {
  const { place, map } = useMap();
  const [chosen, setChosen] = useState(0);
  const [other, setOther] = useState<number>();
  const file = files[chosen] ?? files[0];
  const beside = other === undefined ? undefined : files[other];
  const { cog, error } = useCog(file);
  const second = useCog(beside);
  const [style, setStyle] = useState<RasterStyle>();
  const [failure, setFailure] = useState<Error>();
  const [pointed, setPointed] = useState<PointedAt>();

  useEffect(() => {
    if (cog && file) setStyle(firstStyle(cog, file));
  }, [cog, file]);

  const bounds = boundsAround(files.map((one) => one.bounds))?.join(' ');
  useEffect(() => {
    if (map && bounds) goToBounds(map, bounds.split(' ').map(Number));
  }, [map, bounds]);

  const [layer, setLayer] = useState<ImageLayer<ImageSource>>();
  useEffect(() => {
    if (!map || !cog || !style) return undefined;
    const made = createRasterLayer(cog, style, setFailure);
    map.addLayer(made);
    setLayer(made);
    return () => void map.removeLayer(made);
  }, [map, cog, style]);
  useEffect(() => {
    if (!map || !second.cog || !beside) return undefined;
    const made = createRasterLayer(second.cog, { ...firstStyle(second.cog, beside) }, setFailure);
    made.setZIndex(1);
    map.addLayer(made);
    return () => void map.removeLayer(made);
  }, [map, second.cog, beside]);
  const swipe = useSwipe(map, layer, beside !== undefined);

  useEffect(() => {
    if (!map || !cog) return undefined;
    let latest = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = ({ coordinate }: { readonly coordinate: number[] }): void => {
      clearTimeout(timer);
      latest.abort();
      latest = new AbortController();
      const { signal } = latest;
      timer = setTimeout(() => {
        const view = map.getView().getProjection();
        const [x, y] = transform(coordinate, view, cog.projection);
        const [longitude, latitude] = toLonLat(coordinate, view);
        cog
          .valuesAt(x!, y!, signal)
          .then((values) => setPointed({ longitude: longitude!, latitude: latitude!, x: x!, y: y!, values }))
          .catch(() => undefined);
      }, 60);
    };
    map.on('pointermove', look);
    map.on('click', look);
    return () => {
      clearTimeout(timer);
      latest.abort();
      map.un('pointermove', look);
      map.un('click', look);
    };
  }, [map, cog]);

  const wrong = error ?? second.error ?? failure;
  return (
    <>
      {cog && file && style && (
        <RasterControls
          files={files}
          chosen={chosen}
          choose={(index) => {
            setStyle(undefined);
            setPointed(undefined);
            setChosen(index);
          }}
          other={other}
          compare={setOther}
          cog={cog}
          file={file}
          style={style}
          change={(next) => setStyle({ ...style, ...next })}
        />
      )}
      {wrong && (
        <div className="inside">
          <ErrorNotice error={wrong} title="The raster cannot be shown" />
        </div>
      )}
      <div className="map" ref={place} tabIndex={0} role="application" aria-label="Map of the raster">
        {swipe}
      </div>
      <PointerValues pointed={pointed} file={file} projection={cog?.projection.getCode()} />
    </>
  );
}

/** The first band in colours, or a picture as it is. */
export function firstStyle(cog: Cog, file: DataFile): RasterStyle {
  if (cog.isPicture) return { bands: [0, 1, 2], low: 0, high: 255, scale: 'Greys', opacity: 1 };
  return { ...styleOfBand(file, 0), scale: 'Viridis', opacity: 1 };
}
