import { memo } from 'react';
import type { ReactNode } from 'react';

import { whole } from '../format/number.ts';
import { clockTime, dateTime } from '../format/time.ts';
import { levelOf } from './level.ts';
import type { Line } from './log-source.ts';
import { lineHeight } from './scroll.ts';

const marks = { error: 'E', warning: 'W', info: 'I', debug: 'D' } as const;
/** A line longer than this is cut on the screen: a browser takes seconds to lay out a megabyte. */
const longest = 2000;

export interface LogRowProps {
  readonly line: Line | undefined;
  readonly index: number;
  readonly top: number;
  readonly chosen: boolean;
  readonly mark: string | undefined;
  readonly choose: (index: number, extend: boolean) => void;
}

/** A line of the log: its place, time, level and text. */
export const LogRow = memo(function LogRow({
  line,
  index,
  top,
  chosen,
  mark,
  choose,
}: LogRowProps): ReactNode {
  const level = line && levelOf(line.message);
  return (
    <div
      className={`log-row ${level ?? ''}`}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={chosen}
      style={{ transform: `translateY(${top}px)`, height: lineHeight }}
    >
      <button
        type="button"
        role="rowheader"
        className="log-place"
        tabIndex={-1}
        title="Choose this line; with Shift, all up to it"
        onClick={({ shiftKey }) => choose(index, shiftKey)}
      >
        {whole((line?.place ?? index) + 1)}
      </button>
      <span role="cell" className="log-time" title={line && dateTime(line.at)}>
        {line ? clockTime(line.at) : ''}
      </span>
      <span role="cell" className="log-level">
        {level && <abbr title={level}>{marks[level]}</abbr>}
      </span>
      <span role="cell" className="log-text">
        {line ? <Marked text={line.message.slice(0, longest)} mark={mark} /> : '…'}
        {line && line.message.length > longest && ' … (cut: copy the line to have all of it)'}
      </span>
    </div>
  );
});

/** The text with what was searched for marked. */
function Marked({ text, mark }: { readonly text: string; readonly mark: string | undefined }): ReactNode {
  const at = mark ? text.toLowerCase().indexOf(mark.toLowerCase()) : -1;
  if (!mark || at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + mark.length)}</mark>
      {text.slice(at + mark.length)}
    </>
  );
}
