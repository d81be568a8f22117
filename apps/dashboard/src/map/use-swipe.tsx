import type ImageLayer from 'ol/layer/Image.js';
import type OlMap from 'ol/Map.js';
import type RenderEvent from 'ol/render/Event.js';
import type ImageSource from 'ol/source/Image.js';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

/** Shows a layer on the left of a line that can be moved, and what lies below it on the right. */
export function useSwipe(
  map: OlMap | undefined,
  layer: ImageLayer<ImageSource> | undefined,
  on: boolean,
): ReactNode {
  const [share, setShare] = useState(50);
  useEffect(() => {
    if (!map || !layer || !on) return undefined;
    const before = (event: RenderEvent): void => {
      const context = event.context as CanvasRenderingContext2D;
      context.save();
      context.beginPath();
      context.rect(0, 0, (context.canvas.width * share) / 100, context.canvas.height);
      context.clip();
    };
    const after = (event: RenderEvent): void => (event.context as CanvasRenderingContext2D).restore();
    layer.on('prerender', before);
    layer.on('postrender', after);
    map.render();
    return () => {
      layer.un('prerender', before);
      layer.un('postrender', after);
      map.render();
    };
  }, [map, layer, on, share]);
  if (!on) return null;
  return (
    <input
      className="swipe"
      type="range"
      min="0"
      max="100"
      value={share}
      aria-label="Where one raster ends and the other begins"
      onChange={({ target }) => setShare(Number(target.value))}
    />
  );
}
