import GeoJSON from 'ol/format/GeoJSON.js';
import Draw, { createBox } from 'ol/interaction/Draw.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import { useEffect, useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';

import { goToBounds, useMap } from '../map/use-map.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { boxOf, readBounds } from './bounds-text.ts';

type Shape = 'box' | 'polygon';

/** Draws a region on the map, or takes its bounds as text, and uploads it as GeoJSON. */
export function DrawRegion({ done }: { readonly done: () => void }): ReactNode {
  const organisation = useOrganisation();
  const { place, map } = useMap();
  const [source] = useState(() => new VectorSource());
  const [shape, setShape] = useState<Shape>('box');
  const [name, setName] = useState('Region');
  const [bounds, setBounds] = useState('');
  const [drawn, setDrawn] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error>();

  useEffect(() => {
    if (!map) return undefined;
    const layer = new VectorLayer({ source, zIndex: 4 });
    const draw = new Draw({
      source,
      ...(shape === 'box'
        ? { type: 'Circle' as const, geometryFunction: createBox() }
        : { type: 'Polygon' as const }),
    });
    draw.on('drawstart', () => source.clear());
    draw.on('drawend', () => setDrawn(true));
    map.addLayer(layer);
    map.addInteraction(draw);
    return () => {
      map.removeInteraction(draw);
      map.removeLayer(layer);
    };
  }, [map, source, shape]);

  const typed = readBounds(bounds);
  const show = (): void => {
    if (!map || !typed) return;
    source.clear();
    source.addFeatures(
      new GeoJSON().readFeatures(boxOf(typed), {
        dataProjection: 'EPSG:4326',
        featureProjection: map.getView().getProjection(),
      }),
    );
    goToBounds(map, typed);
    setDrawn(true);
  };
  const save = async (): Promise<void> => {
    if (!map) return;
    const text = new GeoJSON().writeFeatures(source.getFeatures(), {
      dataProjection: 'EPSG:4326',
      featureProjection: map.getView().getProjection(),
      rightHanded: true,
      decimals: 7,
    });
    const fileName = `${name.trim().replaceAll(/[^\w-]+/g, '_') || 'region'}.geojson`;
    setBusy(true);
    setFailure(undefined);
    try {
      const files = [new File([text], fileName)];
      await organisation.createData({ name: name.trim(), fileType: 'GeoJSON', files, wait: true });
      done();
    } catch (error) {
      setFailure(error as Error);
    }
    setBusy(false);
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void save();
  };
  return (
    <form onSubmit={submit}>
      <div className="map-tools">
        <div className="field">
          <label htmlFor="region-name">Name</label>
          <input
            id="region-name"
            size={14}
            required
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        </div>
        <div className="field">
          <label htmlFor="region-shape">Draw</label>
          <select id="region-shape" value={shape} onChange={({ target }) => setShape(target.value as Shape)}>
            <option value="box">a rectangle: two clicks</option>
            <option value="polygon">a polygon: a click a corner, two end it</option>
          </select>
        </div>
        <div className="field">
          <label htmlFor="region-bounds">or its bounds: west, south, east, north (°)</label>
          <input
            id="region-bounds"
            value={bounds}
            size={26}
            placeholder="-4.40, 55.80, -4.10, 55.92"
            aria-invalid={bounds !== '' && !typed}
            onChange={({ target }) => setBounds(target.value)}
          />
        </div>
        <Button disabled={!typed} onClick={show}>
          Show them
        </Button>
        <Button primary type="submit" busy={busy} disabled={!drawn || name.trim() === ''}>
          Keep the region
        </Button>
      </div>
      {failure && <ErrorNotice error={failure} title="The region was not kept" />}
      <div className="map" ref={place} tabIndex={0} role="application" aria-label="Map to draw on" />
    </form>
  );
}
