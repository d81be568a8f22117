import { pino } from 'pino';

import { ChainError, ServiceFileError } from './catalogue/index.ts';
import { FolderInUseError } from './folder-lock.ts';
import { startPlatform } from './platform.ts';
import type { Platform } from './platform.ts';
import { closeInherited } from './runtimes/index.ts';
import { readSettings, SettingsError } from './settings.ts';

const expected = [SettingsError, FolderInUseError, ServiceFileError, ChainError];

/** What must never be in a log, wherever an object carries it. */
const secrets = ['password', 'token', 'access_token', 'id_token', 'authorization', 'secret'];

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const log = pino({
    level: settings.FUSION_LOG_LEVEL,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: null,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
  });
  const platform = await startPlatform(settings, log);
  if (platform.firstStart) announce(platform);
  // Whoever started the platform as a child is told where it listens.
  process.send?.({ url: platform.url });

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping; components that run carry on and are found again at the next start');
    platform.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the platform could not stop in order; nothing is lost by that');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Printed once, outside the log: a generated password is not kept anywhere. */
function announce({ url, firstStart }: Platform): void {
  if (!firstStart) return;
  const { email, generatedPassword } = firstStart;
  const lines = [
    '',
    '  The platform is ready for its first user.',
    '',
    `    Address   ${url}`,
    `    Email     ${email}`,
  ];
  if (generatedPassword)
    lines.push(
      `    Password  ${generatedPassword}`,
      '',
      '  The password is shown this once: keep it, or change it after logging in.',
    );
  process.stderr.write(`${lines.join('\n')}\n\n`);
}

closeInherited();
try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exit(1);
}

/** What the operator can mend is said without a stack. */
function messageOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (expected.some((kind) => error instanceof kind)) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `${error.message}: set FUSION_PORT to another port, or to 0 for a free one`;
  return error;
}
