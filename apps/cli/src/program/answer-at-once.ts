import { exitCodes } from '../errors/index.ts';
import { rootHelp } from './root-help.ts';
import { version } from './version.ts';

/**
 * Answers what needs no parser and nothing that commands do: the help of the whole command, and its version.
 * @returns what to exit with; nothing where something else is asked
 */
export function answerAtOnce(args: readonly string[]): number | undefined {
  const [only = '', ...others] = args;
  if (others.length > 0) return undefined;
  if (['-h', '--help', 'help'].includes(only)) return print(process.stdout, rootHelp);
  if (['-v', '--version'].includes(only)) return print(process.stdout, () => `${version}\n`);
  if (only !== '') return undefined;
  print(process.stderr, rootHelp);
  return exitCodes.usage;
}

function print(stream: NodeJS.WriteStream, text: (width: number) => string): number {
  // Who reads no further, as `head` does, has what was wanted.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  stream.write(text(stream.columns || 80));
  return exitCodes.success;
}
