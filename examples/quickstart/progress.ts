import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  /** @param share from 0 to 1 */
  to(share: number, comment?: string): void;
  end(comment?: string): void;
}

/** A bar on a terminal; where there is none, a line every two seconds at most. */
export function startProgress(name: string): Progress {
  return process.stdout.isTTY ? bar(name) : lines(name);
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
  const show = (value: number, comment: string): void => {
    // A comment that breaks the line would break the bar as well.
    const room = Math.max(0, (process.stdout.columns ?? 80) - 60);
    made.update(value, { comment: comment.slice(0, room) });
  };
  return {
    to: (share, comment = '') => show(Math.round(share * 100), comment),
    end: (comment = '') => {
      show(100, comment);
      made.stop();
    },
  };
}

function lines(name: string): Progress {
  let shownAt = Date.now();
  return {
    to: (share, comment = '') => {
      if (Date.now() - shownAt < 2000) return;
      shownAt = Date.now();
      console.log(
        `  ${name.padEnd(10)} ${String(Math.floor(share * 100)).padStart(3)} %  ${comment}`.trimEnd(),
      );
    },
    end: (comment = '') => console.log(`  ${name.padEnd(10)} done  ${comment}`.trimEnd()),
  };
}
