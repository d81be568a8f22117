import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

export interface Window {
  readonly place: RefObject<HTMLDivElement | null>;
  /** The rows to draw, from the first to before the last. */
  readonly from: number;
  readonly to: number;
  readonly onScroll: () => void;
}

/** Which of many rows of the same height are on the screen, with some more around them. */
export function useWindow(count: number, rowHeight: number, more = 8): Window {
  const place = useRef<HTMLDivElement>(null);
  const [[top, height], setSeen] = useState<readonly [number, number]>([0, 600]);
  // The height is kept: to ask for it would lay out the page once more in each frame.
  const onScroll = useCallback(() => {
    const node = place.current;
    if (node) setSeen(([, before]) => [node.scrollTop, before]);
  }, []);
  useLayoutEffect(() => {
    const node = place.current;
    if (!node) return undefined;
    const watch = new ResizeObserver(() => setSeen([node.scrollTop, node.clientHeight]));
    watch.observe(node);
    return () => watch.disconnect();
  }, []);
  const from = Math.max(0, Math.floor(top / rowHeight) - more);
  return { place, from, to: Math.min(count, Math.ceil((top + height) / rowHeight) + more), onScroll };
}
