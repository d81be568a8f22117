import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

import { clampLine, lineAt, lineHeight, pixelAt, scaleOf } from './scroll.ts';
import type { Scale } from './scroll.ts';

export interface LinesScroll {
  readonly place: RefObject<HTMLDivElement | null>;
  /** The first line on the screen, not always a whole one. */
  readonly top: number;
  readonly viewport: number;
  readonly scale: Scale;
  readonly goTo: (line: number) => void;
  readonly onScroll: () => void;
  /** Whether the end is on the screen, and so stays there as the log grows. */
  readonly atEnd: boolean;
}

/**
 * Scrolls by lines, however many there are: the wheel and the keys move by lines, the scroll bar by its share of them.
 * Begins with the line `first` in the upper third of the screen; what comes as `first` later does not scroll.
 */
export function useLinesScroll(total: number, follow: boolean, first?: number): LinesScroll {
  const place = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState(400);
  // What is not on the screen is not asked for, not even at first.
  const [top, setTop] = useState(first ?? (follow ? total : 0));
  const [atEnd, setAtEnd] = useState(follow);
  const ours = useRef<number>(undefined);
  const scale = scaleOf(total, viewport);
  const now = useRef({ top, scale, viewport, total });
  const start = useRef(first);
  now.current = { top, scale, viewport, total };

  const goTo = useCallback((line: number) => {
    const { scale: current, viewport: height, total: all } = now.current;
    const next = clampLine(line, height, all);
    setTop(next);
    setAtEnd(next >= all - height / lineHeight - 1);
    const node = place.current;
    if (!node) return;
    node.scrollTop = Math.round(pixelAt(next, current));
    // The browser tells of this as of any other scrolling: it is no wish of the user's.
    ours.current = node.scrollTop;
  }, []);

  const onScroll = useCallback(() => {
    const node = place.current;
    if (!node || node.scrollTop === ours.current) return;
    ours.current = undefined;
    const { scale: current, viewport: height, total: all } = now.current;
    const next = clampLine(lineAt(node.scrollTop, current), height, all);
    setTop(next);
    setAtEnd(next >= all - height / lineHeight - 1);
  }, []);

  useLayoutEffect(() => {
    const node = place.current;
    if (!node) return undefined;
    const measure = new ResizeObserver(() => setViewport(node.clientHeight));
    measure.observe(node);
    if (start.current !== undefined) goTo(start.current - Math.floor(node.clientHeight / lineHeight / 3));
    start.current = undefined;
    const wheel = (event: WheelEvent): void => {
      const { scale: current, top: at } = now.current;
      if (event.ctrlKey || event.deltaY === 0 || current.linesPerPixel <= 1 / lineHeight) return;
      event.preventDefault();
      const lines = event.deltaMode === 1 ? event.deltaY : event.deltaY / lineHeight;
      goTo(at + lines);
    };
    node.addEventListener('wheel', wheel, { passive: false });
    return () => {
      measure.disconnect();
      node.removeEventListener('wheel', wheel);
    };
  }, [goTo]);

  useEffect(() => {
    if (atEnd && follow) goTo(total);
  }, [total, viewport, atEnd, follow, goTo]);

  return { place, top: clampLine(top, viewport, total), viewport, scale, goTo, onScroll, atEnd };
}
