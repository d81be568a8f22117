/** The height of a line of the log, in pixels. */
export const lineHeight = 20;
/** Browsers draw nothing that is taller than some 17 million pixels (Firefox) or 33 million (Chromium). */
const tallest = 8_000_000;

/** How lines and pixels of the scroll bar go together: a very long log moves more than a line for the height of one. */
export interface Scale {
  readonly height: number;
  /** Lines for a pixel of the scroll bar. */
  readonly linesPerPixel: number;
}

export function scaleOf(total: number, viewport: number): Scale {
  const full = total * lineHeight;
  const height = Math.min(full, tallest);
  const range = Math.max(1, height - viewport);
  const lines = Math.max(0, total - viewport / lineHeight);
  return { height, linesPerPixel: full <= tallest ? 1 / lineHeight : lines / range };
}

/** The first line on the screen, not always a whole one, for a place of the scroll bar; and the other way round. */
export const lineAt = (scrollTop: number, { linesPerPixel }: Scale): number => scrollTop * linesPerPixel;
export const pixelAt = (line: number, { linesPerPixel }: Scale): number => line / linesPerPixel;

/** The lines to draw, from the first to before the last. */
export function windowOf(top: number, viewport: number, total: number, more = 10): readonly [number, number] {
  const first = Math.max(0, Math.floor(top) - more);
  return [first, Math.min(total, Math.ceil(top + viewport / lineHeight) + more)];
}

/** No window has more rows than this. */
export const mostRows = (viewport: number, more = 10): number =>
  Math.ceil(viewport / lineHeight) + 2 * more + 1;

/** Keeps a line within the log. */
export const clampLine = (line: number, viewport: number, total: number): number =>
  Math.max(0, Math.min(line, total - viewport / lineHeight));
