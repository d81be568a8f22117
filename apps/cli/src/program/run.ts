import { normaliseArguments } from './arguments.ts';
import type { CommonOptions } from '../command/index.ts';
import type { Started } from './create-cli.ts';
import { CliError, describeError, errorJson, exitCodes, InterruptedError } from '../errors/index.ts';
import type { Perform } from './program.ts';

/** Runs a command line and gives what to exit with. */
export async function run(args: readonly string[]): Promise<number> {
  endWhereNobodyReads(process.stdout);
  const words = normaliseArguments(args);
  const interruption = new AbortController();
  const ended = listen(interruption);
  let started: Started | undefined;
  let exitCode: number = exitCodes.success;
  let asked: CommonOptions = {};
  const perform: Perform = async (load, options, given) => {
    asked = options;
    // What commands print with is not needed for their help.
    const { createCli } = await import('./create-cli.ts');
    started = createCli(options, interruption.signal);
    const { cli, settlesFirst } = started;
    const work = load().then(
      async (handler) => await handler(cli as never, options as never, ...(given as never[])),
    );
    exitCode = (await interruptible(work, interruption.signal, settlesFirst)) ?? exitCodes.success;
  };
  try {
    const { parse } = await import('./parse.ts');
    exitCode = (await parse(words, perform)) ?? exitCode;
  } catch (error) {
    const cause: unknown = interruption.signal.aborted ? interruption.signal.reason : error;
    exitCode = await report(cause, asked, { args, farewell: started?.farewell() ?? [] });
  } finally {
    ended(exitCode);
  }
  return exitCode;
}

/** How long a command may take to tidy up after an interruption. */
const graceMs = 10_000;

/**
 * What the work gives, unless it is interrupted before: then the reason is thrown. Work that settles first and comes to
 * its end all the same has done what was asked.
 */
async function interruptible<T>(
  work: Promise<T>,
  signal: AbortSignal,
  settlesFirst: () => boolean,
): Promise<T> {
  const interrupted = new Promise<T>((resolve, reject) => {
    signal.addEventListener('abort', () => {
      const end = (): void => reject(signal.reason as Error);
      if (!settlesFirst()) return end();
      setTimeout(end, graceMs).unref();
      void work.then(resolve, end);
    });
  });
  interrupted.catch(() => undefined);
  work.catch(() => undefined);
  return await Promise.race([work, interrupted]);
}

/** Who reads no further, as `head` does, has what was wanted. */
function endWhereNobodyReads(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.success);
    throw error;
  });
}

/** @returns to be called when the work has ended: who interrupts what is left to tidy up changes nothing of how it ended */
function listen(interruption: AbortController): (exitCode: number) => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = (): void => {
    // Who asks twice does not want to wait.
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    interruption.abort(new InterruptedError('Interrupted'));
  };
  for (const signal of signals) process.on(signal, stop);
  return (exitCode) => {
    for (const signal of signals) {
      process.on(signal, () => process.exit(exitCode));
      process.off(signal, stop);
    }
  };
}

async function report(
  error: unknown,
  options: CommonOptions,
  { args, farewell }: { readonly args: readonly string[]; readonly farewell: readonly string[] },
): Promise<number> {
  const { oneLine } = await import('../output/index.ts');
  const { message, next: told, exitCode, code } = await describeError(error);
  const next = withCommand(told, error, args);
  if (options.json) {
    process.stderr.write(errorJson({ code, message, next, exitCode }));
  } else {
    const interrupted = exitCode === exitCodes.interrupted;
    process.stderr.write(`${interrupted ? '' : 'error: '}${oneLine(message)}\n`);
    const lines = interrupted ? farewell : next === undefined ? [] : [next];
    for (const line of lines) process.stderr.write(`  → ${line}\n`);
  }
  if (options.debug && error instanceof Error && exitCode !== exitCodes.interrupted)
    process.stderr.write(`${error.stack ?? ''}\n`);
  return exitCode;
}

/** With what was typed, meaning the newest of several. Values of options may be secrets, and are not repeated. */
function withCommand(next: string | undefined, error: unknown, args: readonly string[]): string | undefined {
  if (!(error instanceof CliError) || error.instead === undefined) return next;
  const { typed, id } = error.instead;
  if (!args.includes(typed) || args.some((arg) => arg.includes('='))) return `${next}; the newest is ${id}`;
  const words = args.map((arg) => (arg === typed ? id : quoted(arg)));
  return `${next}; the newest: fusion-platform ${words.join(' ')}`;
}

const quoted = (arg: string): string =>
  /^[\w@%+:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
