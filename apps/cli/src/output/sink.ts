import picocolors from 'picocolors';

import { printable } from './printable.ts';

export type Colours = ReturnType<typeof picocolors.createColors>;

/** One of the two output streams: whether somebody looks at it, how wide it is, and its colours. */
export interface Sink {
  readonly stream: NodeJS.WriteStream;
  readonly terminal: boolean;
  /** In columns; unlimited where it is no terminal. */
  readonly width: number;
  readonly colours: Colours;
  /** Writes text as it is. */
  write(text: string): void;
}

export function createSink(stream: NodeJS.WriteStream, coloured: boolean): Sink {
  const terminal = stream.isTTY ?? false;
  return {
    stream,
    terminal,
    get width() {
      return terminal ? stream.columns || 80 : Number.POSITIVE_INFINITY;
    },
    colours: picocolors.createColors(coloured),
    // What comes from a platform must not steer a terminal.
    write: (text) => void stream.write(terminal ? printable(text) : text),
  };
}

/** Whether a stream gets colours: `--no-color`, NO_COLOR, FORCE_COLOR and TERM=dumb are heard, in this order. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  { env, off }: { readonly env: NodeJS.ProcessEnv; readonly off: boolean },
): boolean {
  if (off || env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  return (stream.isTTY ?? false) && env['TERM'] !== 'dumb';
}
