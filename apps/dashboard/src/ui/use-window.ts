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
  const onScroll = useCallback(() => {
    const node = place.current;
    if (node) setSeen([node.scrollTop, node.clientHeight]);
  }, []);
  useLayoutEffect(() => {
    const node = place.current;
    if (!node) return undefined;
    const watch = new ResizeObserver(onScroll);
    watch.observe(node);
    return () => watch.disconnect();
  }, [onScroll]);
  const from = Math.max(0, Math.floor(top / rowHeight) - more);
  return { place, from, to: Math.min(count, Math.ceil((top + height) / rowHeight) + more), onScroll };
}
