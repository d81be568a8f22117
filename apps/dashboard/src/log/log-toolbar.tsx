import type { ProcessServiceExecution } from 'fusion-platform';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { counted } from '../format/number.ts';
import { saveBlob } from '../ui/save-blob.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import type { LogSource } from './log-source.ts';

/** More than this is downloaded, not copied. */
const mostCopied = 100_000;

export interface LogToolbarProps {
  readonly component: ProcessServiceExecution;
  readonly source: LogSource | undefined;
  readonly chosen: readonly [number, number] | undefined;
  readonly text: string | undefined;
  readonly attempt: number | undefined;
  readonly chooseAttempt: (attempt: number | undefined) => void;
  readonly search: (text: string | undefined) => void;
  readonly follow: boolean;
  /** Absent when nothing more will come. */
  readonly setFollow: ((follow: boolean) => void) | undefined;
}

export function LogToolbar(props: LogToolbarProps): ReactNode {
  const { component, source, chosen, text, search, follow, setFollow } = props;
  const [typed, setTyped] = useState(text ?? '');
  const [busy, setBusy] = useState<'csv' | 'copy'>();
  const [told, setTold] = useState<string>();
  useEffect(() => {
    if (typed === (text ?? '')) return undefined;
    const timer = setTimeout(() => search(typed || undefined), 300);
    return () => clearTimeout(timer);
  }, [typed, text, search]);

  const run = (what: 'csv' | 'copy', work: () => Promise<string | undefined>): void => {
    setBusy(what);
    setTold(undefined);
    work()
      .then(setTold)
      .catch((error: unknown) => setTold(`That did not work: ${(error as Error).message}`))
      .finally(() => setBusy(undefined));
  };
  const [low, high] = chosen ? [Math.min(...chosen), Math.max(...chosen)] : [0, -1];
  const count = high - low + 1;
  const copy = async (): Promise<string> => {
    const lines = (await source?.lines(low, Math.min(high + 1, low + mostCopied))) ?? [];
    await navigator.clipboard.writeText(lines.map(({ at, message }) => `${at}\t${message}`).join('\n'));
    return `${counted(lines.length, 'line')} copied`;
  };
  const csv = async (): Promise<undefined> => {
    saveBlob(await component.logCsv(), `${component.name}.csv`);
  };
  return (
    <div className="log-toolbar row">
      <label className="visually-hidden" htmlFor="search-log">
        Search in the log
      </label>
      <input
        id="search-log"
        className="input"
        type="search"
        placeholder="Search in the log"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <AttemptChoice {...props} />
      <span className="small muted tabular" aria-live="polite">
        {source?.total === undefined ? '' : counted(source.total, text ? 'matching line' : 'line')}
      </span>
      <span className="spacer" />
      {setFollow && (
        <Button small aria-pressed={follow} onClick={() => setFollow(!follow)}>
          {follow ? 'Following the end' : 'Follow the end'}
        </Button>
      )}
      {count > 0 && (
        <Button small busy={busy === 'copy'} onClick={() => run('copy', copy)}>
          Copy {counted(count, 'line')}
        </Button>
      )}
      <Button small busy={busy === 'csv'} onClick={() => run('csv', csv)}>
        Download CSV
      </Button>
      {told !== undefined && <Notice kind="waiting">{told}</Notice>}
    </div>
  );
}

function AttemptChoice({ source, attempt, chooseAttempt }: LogToolbarProps): ReactNode {
  const total = source?.total ?? 0;
  const last = total > 0 ? source?.line(total - 1)?.attempt : undefined;
  const [most, setMost] = useState(1);
  useEffect(() => {
    if (last) setMost((before) => Math.max(before, last));
  }, [last]);
  if (most < 2) return null;
  return (
    <select
      className="input"
      aria-label="Attempt"
      value={attempt ?? ''}
      onChange={({ target }) => chooseAttempt(target.value ? Number(target.value) : undefined)}
    >
      <option value="">All attempts</option>
      {Array.from({ length: most }, (_, i) => (
        <option key={i} value={i + 1}>
          Attempt {i + 1}
        </option>
      ))}
    </select>
  );
}
