import type { ProcessServiceExecution } from 'fusion-platform';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

import { isOpen, stateOfComponent } from '../platform/states.ts';
import { LogSource } from './log-source.ts';
import type { LogFilter } from './log-source.ts';

const lookEvery = 700;
const nothing = (): (() => void) => () => undefined;

/** The log of a component, live while it runs. */
export function useLogSource(
  component: ProcessServiceExecution,
  { text, attempt }: LogFilter,
): LogSource | undefined {
  const [source, setSource] = useState<LogSource>();
  const open = isOpen(stateOfComponent(component));

  // The same component in a newer state has the same log.
  const { id } = component;
  const latest = useRef(component);
  const wasOpen = useRef(open);
  useEffect(() => void (latest.current = component));
  useEffect(() => {
    const made = new LogSource(latest.current, { text, attempt });
    setSource(made);
    void made.refresh();
    return () => made.close();
  }, [id, text, attempt]);

  useEffect(() => {
    if (!source) return undefined;
    if (!open) {
      // What it wrote last may have come after the last look.
      if (wasOpen.current) void source.refresh();
      wasOpen.current = false;
      return undefined;
    }
    wasOpen.current = true;
    let timer: ReturnType<typeof setTimeout>;
    let over = false;
    const look = async (): Promise<void> => {
      if (document.visibilityState === 'visible') await source.refresh();
      if (!over) timer = setTimeout(() => void look(), source.whole ? lookEvery * 6 : lookEvery);
    };
    timer = setTimeout(() => void look(), lookEvery);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [source, open]);

  useSyncExternalStore(source?.subscribe ?? nothing, source?.version ?? (() => 0));
  return source;
}
