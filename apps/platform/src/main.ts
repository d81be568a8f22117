// As a whole: an older Node has not all of it, and would say that before the sentence below.
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

import { nodeFault } from './node-version.ts';
import type { Platform } from './platform.ts';
import { resolveOnce } from './resolve-once.ts';

const unfit = nodeFault(process.versions.node);
if (unfit !== undefined) {
  console.error(unfit);
  process.exit(1);
}

// A heap of 80 MB grows to 250 before all of it is collected, and with 1,000 slices to 410. A platform that runs beside what
// it runs collects when it has grown by 30 % instead: at most 220 MB, for no more processor time that could be measured.
setFlagsFromString('--heap-growing-percent=30');
// What is imported from here on is compiled once and kept: of a start that is half a second of processor time. The folder is
// as private as the code itself; where it cannot be written to, nothing is kept.
nodeModule.enableCompileCache(
  fileURLToPath(new URL('../../../node_modules/.cache/fusion-platform', import.meta.url)),
);
resolveOnce();
const { pino } = await import('pino');
const { ChainError, ServiceFileError } = await import('./catalogue/index.ts');
const { withoutParameters } = await import('./database/index.ts');
const { FolderInUseError } = await import('./folder-lock.ts');
const { logSerializers } = await import('./log-serializers.ts');
const { NodeRefusedError } = await import('./nodes/index.ts');
const { startPlatform } = await import('./platform.ts');
const { makeFilesPrivate } = await import('./private-folder.ts');
const { closeInherited } = await import('./runtimes/index.ts');
const { readSettings, SettingsError } = await import('./settings.ts');

const expected = [SettingsError, FolderInUseError, NodeRefusedError, ServiceFileError, ChainError];

/** What must never be in a log, wherever an object carries it. */
const secrets = ['password', 'token', 'access_token', 'id_token', 'authorization', 'secret'];

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const log = pino({
    level: settings.FUSION_LOG_LEVEL,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: null,
    serializers: logSerializers,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
  });
  const platform = await startPlatform(settings, log);
  if (platform.firstStart) announce(platform);
  // Whoever started the platform as a child is told where it listens.
  process.send?.({ url: platform.url });

  let stopping = false;
  const stop = (signal: NodeJS.Signals | 'disconnect'): void => {
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
  // A child ends with whoever started it, however that ended.
  if (process.connected) process.once('disconnect', () => stop('disconnect'));
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
makeFilesPrivate();
try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exit(1);
}

/** What the operator can mend is said without a stack. */
function messageOf(failure: unknown): unknown {
  const error = withoutParameters(failure);
  if (!(error instanceof Error)) return error;
  if (expected.some((kind) => error instanceof kind)) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `${error.message}: set FUSION_PORT to another port, or to 0 for a free one`;
  return error;
}
