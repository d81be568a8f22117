import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { attemptsIn } from '../support/attempts.ts';
import { email, password, root } from '../support/platform.ts';

/** Numbers from 0 to 1, the same for the same seed: so that a run that went wrong can be run again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A platform on a port of its own, which is probed from the first moment as an orchestrator does, and may be killed at any. */
export class KilledPlatform {
  readonly url: string;
  /** Starts that ended by themselves, with the last that they said. */
  readonly failedStarts: string[] = [];
  readonly startMilliseconds: number[] = [];
  readonly #folder: string;
  readonly #settings: Record<string, string>;
  #child: ChildProcess | undefined;

  constructor(folder: string, port: number, settings: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#settings = { ...settings, FUSION_PORT: String(port) };
  }

  /** Starts it, and probes it until it answers or has been given so many milliseconds. @returns whether it answers */
  async start(milliseconds: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    const begun = performance.now();
    for (;;) {
      const child = this.#spawn();
      const healthy = await this.#probe(child, begun + milliseconds);
      if (healthy) this.startMilliseconds.push(performance.now() - begun);
      if (healthy || child.exitCode === null) return healthy;
    }
  }

  /** As a machine that loses power: no chance to tidy up. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Processes of attempts that run below this platform's folder. */
  orphans(): number[] {
    return attemptsIn(this.#folder);
  }

  #spawn(): ChildProcess {
    const child = spawn(
      process.execPath,
      ['--conditions=fusion-source', join(root, 'apps/platform/src/main.ts')],
      {
        cwd: root,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          FUSION_DATA: join(this.#folder, 'platform'),
          FUSION_ADMIN_EMAIL: email,
          FUSION_ADMIN_PASSWORD: password,
          ...this.#settings,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const log = createWriteStream(join(this.#folder, 'platform.log'), { flags: 'a' });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
      stream.pipe(log, { end: false });
    }
    child.once('exit', (code, signal) => {
      log.end();
      if (signal === null && code !== 0) this.failedStarts.push(said);
    });
    this.#child = child;
    return child;
  }

  async #probe(child: ChildProcess, until: number): Promise<boolean> {
    while (child.exitCode === null && performance.now() < until) {
      const healthy = await fetch(`${this.url}/healthz`).then(
        async (response) => (await response.json()) !== null && response.ok,
        () => false,
      );
      if (healthy) return true;
      await wait(50);
    }
    return false;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}
