import { maskSecrets, maskText } from './mask.ts';

export const logLevels = ['off', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where log records go; `console` is one. */
export interface Logger {
  error(message: string, fields?: unknown): void;
  warn(message: string, fields?: unknown): void;
  info(message: string, fields?: unknown): void;
  debug(message: string, fields?: unknown): void;
}

let general: LogLevel = 'warn';

/** The level of the sessions that set none of their own. It starts as `warn`. */
export function getLogLevel(): LogLevel {
  return general;
}

/** Sets the level of the sessions that set none of their own, those that exist included. */
export function setLogLevel(level: LogLevel): void {
  general = level;
}

/** A logger that lets through what the level allows, without secrets. */
export function createLog(target: Logger, level: LogLevel | undefined): Logger {
  const record =
    (kind: Exclude<LogLevel, 'off'>) =>
    (message: string, fields?: unknown): void => {
      if (logLevels.indexOf(kind) > logLevels.indexOf(level ?? general)) return;
      const text = `fusion-platform: ${maskText(message)}`;
      if (fields === undefined) target[kind](text);
      else target[kind](text, maskSecrets(fields));
    };
  return { error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') };
}
