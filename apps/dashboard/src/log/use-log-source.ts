import type { ProcessServiceExecution } from 'fusion-platform';
import { useEffect, useState, useSyncExternalStore } from 'react';

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

  useEffect(() => {
    const made = new LogSource(component, { text, attempt });
    setSource(made);
    void made.refresh();
    return () => made.close();
    // The same component in a newer state has the same log.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [component.id, text, attempt]);

  useEffect(() => {
    if (!source) return undefined;
    if (!open) {
      // What it wrote last may have come after the last look.
      void source.refresh();
      return undefined;
    }
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
