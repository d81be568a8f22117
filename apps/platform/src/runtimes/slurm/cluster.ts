import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { RuntimeError } from '../errors.ts';
import { parseQueue, squeueArguments } from './commands.ts';
import type { QueuedJob } from './commands.ts';

/** However many attempts are observed, the cluster is asked this often at most. */
const freshMilliseconds = 500;
const commandMilliseconds = 30_000;

export interface Queue {
  readonly jobs: readonly QueuedJob[];
  /** By name: the latest one. */
  readonly byName: ReadonlyMap<string, QueuedJob>;
}

/** The commands of Slurm. */
export class Cluster {
  readonly #environment: NodeJS.ProcessEnv;
  #queue: { readonly at: number; readonly answer: Promise<Queue> } | undefined;

  /** @param configuration path of a slurm.conf that is not the system's own */
  constructor(configuration: string | undefined) {
    this.#environment =
      configuration === undefined ? process.env : { ...process.env, SLURM_CONF: configuration };
  }

  /** @param maximumAge milliseconds; 0 asks again */
  async queue(maximumAge: number = freshMilliseconds): Promise<Queue> {
    if (this.#queue === undefined || performance.now() - this.#queue.at > maximumAge) {
      const answer = this.#askQueue();
      this.#queue = { at: performance.now(), answer };
      answer.catch(() => (this.#queue = undefined));
    }
    return await this.#queue.answer;
  }

  async #askQueue(): Promise<Queue> {
    const jobs = parseQueue(await this.run('squeue', squeueArguments));
    const inOrder = [...jobs].sort((one, other) => one.jobId - other.jobId);
    return { jobs, byName: new Map(inOrder.map((job) => [job.name, job])) };
  }

  /**
   * @returns standard output
   * @throws RuntimeError `runtime_unavailable` where the cluster does not answer, `invalid_attempt` where it refuses
   */
  async run(program: 'sbatch' | 'squeue' | 'scancel' | 'sinfo', args: readonly string[]): Promise<string> {
    try {
      const { stdout } = await promisify(execFile)(program, [...args], {
        env: this.#environment,
        timeout: commandMilliseconds,
        maxBuffer: 256 * 1024 * 1024,
      });
      return stdout;
    } catch (error) {
      const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
      const said = stderr?.trim() ?? '';
      if (code === 'ENOENT')
        throw new RuntimeError(
          'runtime_unavailable',
          `${program} is not installed: Slurm's commands are needed`,
          {
            cause: error,
          },
        );
      const refused =
        program === 'sbatch' &&
        /not available|can not be satisfied|Invalid|not permitted|violates|exceeds/i.test(said);
      throw new RuntimeError(
        refused ? 'invalid_attempt' : 'runtime_unavailable',
        said === '' ? `${program}: ${String(error)}` : plainWords(said),
        {
          cause: error,
        },
      );
    }
  }
}

/** What a command says, without its own name before each line. */
const plainWords = (said: string): string =>
  said
    .split('\n')
    .map((line) => line.replace(/^\w+: (error: )?/, ''))
    .join('. ');
