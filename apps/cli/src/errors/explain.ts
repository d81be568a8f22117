import {
  AnalysisError,
  AuthenticationError,
  ConnectionError,
  ExecutionError,
  FusionPlatformError,
  InsufficientCreditsError,
  ModelError,
  NotFoundError,
  NotStartedError,
  PermissionError,
  RequestError,
  SessionExpiredError,
  StateError,
  TransferError,
  UnsupportedError,
} from 'fusion-platform';

import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** What a user is told of a failure. */
export interface Explained {
  readonly message: string;
  readonly next: string | undefined;
  readonly exitCode: ExitCode;
  readonly code: string;
}

/** The line of what, the line of what to do, and the exit code of whatever was thrown. */
export function explain(error: unknown): Explained {
  if (error instanceof CliError)
    return {
      message: error.message,
      next: error.next,
      exitCode: error.exitCode,
      code: error.code ?? nameOf(error.exitCode),
    };
  if (isAbort(error)) {
    const { interrupted } = exitCodes;
    return { message: 'Interrupted', next: undefined, exitCode: interrupted, code: 'interrupted' };
  }
  if (error instanceof FusionPlatformError) return explainPlatform(error);
  const { code, path, dest, message } = error as NodeJS.ErrnoException & { readonly dest?: string };
  if (typeof code === 'string' && path !== undefined) {
    // Of a file that cannot be moved, people know the place where it was to be.
    const place = code === 'ENOENT' ? path : (dest ?? path);
    const exitCode = code === 'ENOENT' ? exitCodes.usage : exitCodes.fault;
    return { message: fileFault(code, place) ?? message, next: undefined, exitCode, code: 'file' };
  }
  return {
    message: error instanceof Error ? message : String(error),
    next: 'run it again with --debug, and report what it prints',
    exitCode: exitCodes.fault,
    code: 'fault',
  };
}

function explainPlatform(error: FusionPlatformError): Explained {
  const { code = 'error' } = error as { code?: string };
  const told = (exitCode: ExitCode, next?: string, message = error.message): Explained => ({
    message,
    next,
    exitCode,
    code,
  });
  if (error instanceof SessionExpiredError || error instanceof AuthenticationError) {
    const message = error instanceof SessionExpiredError ? 'The session has expired' : plain(error);
    return told(exitCodes.refused, 'fusion-platform login', message);
  }
  if (error instanceof InsufficientCreditsError)
    return told(exitCodes.refused, 'fusion-platform credits', plain(error));
  if (error instanceof PermissionError)
    return told(
      exitCodes.refused,
      'its managers: fusion-platform members ls --role manage_organisation',
      plain(error),
    );
  if (error instanceof NotFoundError) return told(exitCodes.notFound, undefined, plain(error));
  if (error instanceof ConnectionError)
    return told(exitCodes.network, 'check the address (fusion-platform whoami) and that the platform runs');
  if (error instanceof RequestError) {
    const unavailable = error.retryable || (error.status ?? 0) >= 500;
    return told(
      unavailable ? exitCodes.network : exitCodes.refused,
      unavailable ? 'try again later' : undefined,
      withFields(error),
    );
  }
  if (error instanceof TransferError)
    return told(
      error.code === 'refused' ? exitCodes.refused : exitCodes.network,
      'run the same command again: what is there already is kept',
    );
  if (error instanceof ExecutionError)
    return told(exitCodes.failed, `fusion-platform why ${error.executionId}`);
  if (error instanceof NotStartedError) return told(exitCodes.failed);
  if (error instanceof AnalysisError)
    return told(exitCodes.refused, `fusion-platform data show ${error.dataId}`);
  if (error instanceof UnsupportedError) return told(exitCodes.refused);
  if (error instanceof StateError || error instanceof ModelError) return told(exitCodes.usage);
  return told(exitCodes.fault);
}

/** The platform's own words: the path and status of the call say nothing to who typed a command. */
const plain = (error: RequestError): string => error.platformMessage ?? error.message;

/** With what is wrong of which field, where the sentence itself does not say so already. Options are known by name. */
function withFields(error: RequestError): string {
  const said = plain(error);
  const fields = error.fields
    .filter(({ message }) => !said.includes(message))
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ');
  return (fields ? `${said} (${fields})` : said).replaceAll(/\boptions\[\d+\]\.value: /g, '');
}

export const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'InterruptedError');

function nameOf(exitCode: ExitCode): string {
  return Object.entries(exitCodes).find(([, code]) => code === exitCode)?.[0] ?? 'fault';
}

function fileFault(code: string, path: string): string | undefined {
  switch (code) {
    case 'ENOENT':
      return `There is no file ${path}`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read or written`;
    case 'ENOSPC':
      return `There is no room left to write ${path}`;
    case 'EISDIR':
      return `${path} is a folder`;
    default:
      return undefined;
  }
}
