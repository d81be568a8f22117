import type { ProcessServiceExecution } from 'fusion-platform';
import { useCallback, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

import { isOpen, stateOfComponent } from '../platform/states.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { LogRow } from './log-row.tsx';
import type { LogSource } from './log-source.ts';
import { LogToolbar } from './log-toolbar.tsx';
import { lineHeight, mostRows, pixelAt, windowOf } from './scroll.ts';
import { useLinesScroll } from './use-lines-scroll.ts';
import { useLogSource } from './use-log-source.ts';
import { useWanted } from './use-wanted.ts';
import './log.css';

export interface LogViewProps {
  readonly component: ProcessServiceExecution;
  /** The line that the address names, from 1. */
  readonly line: number | undefined;
  readonly text: string | undefined;
  readonly change: (next: { readonly line?: number | undefined; readonly text?: string | undefined }) => void;
}

/** The log of a component: live, however long, searched by the platform. */
export function LogView({ component, line, text, change }: LogViewProps): ReactNode {
  const [attempt, setAttempt] = useState<number>();
  const source = useLogSource(component, { text, attempt });
  const open = isOpen(stateOfComponent(component));
  const [follow, setFollow] = useState(line === undefined);
  const [chosen, setChosen] = useState<readonly [number, number] | undefined>(
    line === undefined ? undefined : [line - 1, line - 1],
  );
  const choose = useCallback(
    (index: number, extend: boolean) => {
      setChosen((before) => (extend && before ? [before[0], index] : [index, index]));
      if (!extend && !text) change({ line: index + 1 });
      setFollow(false);
    },
    [change, text],
  );
  return (
    <div className="log">
      <LogToolbar
        component={component}
        source={source}
        chosen={chosen}
        text={text}
        attempt={attempt}
        chooseAttempt={setAttempt}
        search={(wanted) => {
          setChosen(undefined);
          change({ text: wanted, line: undefined });
        }}
        follow={follow && open}
        setFollow={open ? setFollow : undefined}
      />
      {source?.error && <ErrorNotice error={source.error} again={() => void source.refresh()} />}
      {source?.cut && (
        <p className="small muted inside">
          Only the first lines: this platform cannot give a long log in pieces. The CSV has it all.
        </p>
      )}
      {source?.total === undefined && !source?.error && <Skeleton lines={8} height="0.9rem" />}
      {source?.total === 0 && (
        <Empty title={text ? 'No line matches' : 'It has written nothing'}>
          {!text && open && <p>Lines show here as the service writes them.</p>}
        </Empty>
      )}
      {source?.total !== undefined && source.total > 0 && (
        <Lines
          key={text ?? ''}
          source={source}
          total={source.total}
          follow={follow}
          first={text ? undefined : line}
          chosen={chosen}
          choose={choose}
          mark={text}
          setFollow={setFollow}
        />
      )}
    </div>
  );
}

function Lines({
  source,
  total,
  follow,
  first,
  chosen,
  choose,
  mark,
  setFollow,
}: {
  readonly source: LogSource;
  readonly total: number;
  readonly follow: boolean;
  readonly first: number | undefined;
  readonly chosen: readonly [number, number] | undefined;
  readonly choose: (index: number, extend: boolean) => void;
  readonly mark: string | undefined;
  readonly setFollow: (follow: boolean) => void;
}): ReactNode {
  const { place, top, viewport, scale, goTo, onScroll, atEnd } = useLinesScroll(
    total,
    follow,
    first === undefined ? undefined : first - 1,
  );
  const [from, to] = windowOf(top, viewport, total);

  useWanted(source, from, to);

  const keys = (event: KeyboardEvent): void => {
    const page = Math.floor(viewport / lineHeight) - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: top + 1,
      ArrowUp: top - 1,
      PageDown: top + page,
      PageUp: top - page,
      Home: 0,
      End: total,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setFollow(event.key === 'End');
    goTo(next);
  };

  const slots = mostRows(viewport);
  const [low, high] = chosen ? [Math.min(...chosen), Math.max(...chosen)] : [-1, -1];
  const base = pixelAt(top, scale) - (top - from) * lineHeight;
  return (
    <div
      className="log-lines"
      role="table"
      aria-label="Log"
      aria-rowcount={total}
      tabIndex={0}
      ref={place}
      onScroll={onScroll}
      onKeyDown={keys}
      style={{ height: Math.max(3, total) * lineHeight + 16 }}
    >
      <div role="rowgroup" style={{ height: scale.height, position: 'relative' }}>
        {Array.from({ length: to - from }, (_, i) => {
          const index = from + i;
          return (
            <LogRow
              // The row of a line that has left the screen shows one that has come.
              key={index % slots}
              index={index}
              line={source.line(index)}
              top={base + i * lineHeight}
              chosen={index >= low && index <= high}
              mark={mark}
              choose={choose}
            />
          );
        })}
      </div>
      {follow && !atEnd && <span className="visually-hidden">Not at the end</span>}
    </div>
  );
}
