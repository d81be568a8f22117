import { useId } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly content: () => ReactNode;
}

/** Parts of a page of which one is seen. The arrow keys go from one to the next. */
export function Tabs({
  tabs,
  chosen,
  choose,
  label,
}: {
  readonly tabs: readonly Tab[];
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
  readonly label: string;
}): ReactNode {
  const base = useId();
  const current = tabs.find(({ id }) => id === chosen) ?? tabs[0];
  const keys = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || !current) return;
    const next = tabs[(tabs.indexOf(current) + step + tabs.length) % tabs.length]!;
    choose(next.id);
    document.querySelector<HTMLElement>(`[id="${base}-${next.id}"]`)?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={keys}>
        {tabs.map(({ id, name }) => (
          <button
            key={id}
            id={`${base}-${id}`}
            type="button"
            role="tab"
            aria-selected={id === current?.id}
            aria-controls={`${base}-panel`}
            tabIndex={id === current?.id ? 0 : -1}
            onClick={() => choose(id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div
        className="stack"
        role="tabpanel"
        id={`${base}-panel`}
        aria-labelledby={`${base}-${current?.id ?? ''}`}
      >
        {current?.content()}
      </div>
    </>
  );
}
