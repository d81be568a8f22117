import type BaseLayer from 'ol/layer/Base.js';

/** What lies under all else on a map. */
export interface BaseMap {
  readonly layer: BaseLayer;
  /** Draws it in the colours of the theme as it now is; absent where it is made of pictures. */
  readonly restyle?: () => void;
}

/** OpenLayers takes attributions as HTML: what is given is plain text. */
export function asHtml(text: string): string {
  const span = document.createElement('span');
  span.textContent = text;
  return span.innerHTML;
}
