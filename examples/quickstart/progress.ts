import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  /**
   * @param share from 0 to 1
   * @param comment without one, the last holds on
   */
  to(share: number, comment?: string): void;
  end(comment?: string): void;
}

/** A bar on a terminal; where there is none, lines. */
export function startProgress(name: string): Progress {
  return process.stdout.isTTY ? bar(name) : progressLines(name);
}

function bar(name: string): Progress {
  const made = new SingleBar(
    {
      format: `  ${name.padEnd(10)} {bar} {percentage} %  {comment}`,
      barsize: 30,
      hideCursor: true,
      clearOnComplete: false,
    },
    Presets.shades_classic,
  );
  made.start(100, 0, { comment: '' });
  let last = '';
  const show = (value: number, comment: string): void => {
    last = comment;
    // A comment that breaks the line would break the bar as well.
    const room = Math.max(0, (process.stdout.columns ?? 80) - 60);
    made.update(value, { comment: comment.slice(0, room) });
  };
  return {
    to: (share, comment = last) => show(Math.round(share * 100), comment),
    end: (comment = '') => {
      show(100, comment);
      made.stop();
    },
  };
}

const calmMilliseconds = 2000;

/**
 * A line for each change of the comment and, at most every two seconds, of the share: never the same line twice.
 * @param now in milliseconds
 */
export function progressLines(
  name: string,
  write: (line: string) => void = console.log,
  now: () => number = Date.now,
): Progress {
  let shownAt = now();
  let shown = { line: '', comment: '' };
  return {
    to: (share, comment = shown.comment) => {
      const percent = String(Math.floor(share * 100)).padStart(3);
      const line = `  ${name.padEnd(10)} ${percent} %  ${comment}`.trimEnd();
      const isCalm = comment === shown.comment && now() - shownAt < calmMilliseconds;
      if (isCalm || line === shown.line) return;
      shownAt = now();
      shown = { line, comment };
      write(line);
    },
    end: (comment = '') => write(`  ${name.padEnd(10)} done  ${comment}`.trimEnd()),
  };
}
