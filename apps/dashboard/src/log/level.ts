export type Level = 'error' | 'warning' | 'info' | 'debug';

const words: Readonly<Record<string, Level>> = {
  fatal: 'error',
  critical: 'error',
  error: 'error',
  err: 'error',
  warning: 'warning',
  warn: 'warning',
  info: 'info',
  notice: 'info',
  debug: 'debug',
  trace: 'debug',
};

/** Where a line names its level: at its start, or behind a time, in brackets, or as JSON has it. */
const named =
  /(?:^|[\s[("])(fatal|critical|error|err|warning|warn|info|notice|debug|trace)(?=[\s\])":,|]|$)/i;

/** How serious a line of a log is, by the word in its first hundred characters. */
export function levelOf(message: string): Level | undefined {
  const head = message.slice(0, 100);
  if (head.startsWith('Traceback (most recent call last)')) return 'error';
  const word = named.exec(head)?.[1];
  return word === undefined ? undefined : words[word.toLowerCase()];
}
