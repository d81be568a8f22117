import { useEffect, useRef } from 'react';

import type { LogSource } from './log-source.ts';

/** Lines are asked for as often as this at most, in milliseconds: what flies past while a long log is scrolled is not. */
const pause = 100;

/** Sees to it that the lines on the screen come. */
export function useWanted(source: LogSource, from: number, to: number): void {
  const wanted = useRef({ source, from, to });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(-Infinity);
  useEffect(() => {
    wanted.current = { source, from, to };
    if (timer.current !== undefined) return;
    const ask = (): void => {
      timer.current = undefined;
      last.current = performance.now();
      const now = wanted.current;
      now.source.want(now.from, now.to);
    };
    const left = last.current + pause - performance.now();
    if (left <= 0) ask();
    else timer.current = setTimeout(ask, left);
  }, [source, from, to]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}
