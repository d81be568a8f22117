import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { format } from 'node:util';
import { Refusal, ServiceError } from './errors.ts';
import type { Dispatch, Job, OptionValue } from './job.ts';
import type { Dispatched, OutputDetails, OutputFile } from './outcome.ts';
import type { StatusFile, TransferKind } from './status.ts';

interface OptionTypes {
  string: string;
  number: number;
  boolean: boolean;
}

/** A file of an input. */
export interface InputFile {
  /** Absolute. */
  path: string;
  name: string;
  fileType: string;
  /** Bytes. */
  size: number | null;
  /** Such as `EPSG:4326`. */
  crs: string | null;
}

/** What a service works with while it runs. */
export class Kit {
  /** Aborted when the platform asks the attempt to stop. */
  readonly signal: AbortSignal;
  readonly #folder: string;
  readonly #job: Job;
  readonly #status: StatusFile;
  readonly #outputs = new Map<string, OutputFile>();
  readonly #warnings: string[] = [];
  readonly #sent: Dispatched[] = [];

  constructor(folder: string, job: Job, status: StatusFile, signal: AbortSignal) {
    this.#folder = folder;
    this.#job = job;
    this.#status = status;
    this.signal = signal;
  }

  /** An option's value, null when it has none. Given a kind, a value of another kind is an error. */
  option(name: string): OptionValue;
  option<K extends keyof OptionTypes>(name: string, kind: K): OptionTypes[K] | null;
  option(name: string, kind?: keyof OptionTypes): OptionValue {
    const value = this.#job.options[name];
    if (value === undefined) throw new ServiceError('invalid_job', `job.json has no option ${name}`);
    if (kind !== undefined && value !== null && typeof value !== kind) {
      throw new ServiceError('invalid_job', `Option ${name} is a ${typeof value}; a ${kind} was expected`);
    }
    return value;
  }

  /** A setting of the service, from the environment that the platform gives it. */
  setting(name: string, fallback?: string): string {
    const value = process.env[name] || fallback;
    if (value === undefined) throw new ServiceError('error', `The setting ${name} has no value`);
    return value;
  }

  /** The files of input `number`, counted from 1. */
  input(number: number): InputFile[] {
    const input = this.#job.inputs.find((candidate) => candidate.number === number);
    if (!input) throw new ServiceError('invalid_job', `job.json has no input ${number}`);
    return input.files.map((file) => ({
      path: join(this.#folder, file.path),
      name: file.name,
      fileType: file.file_type,
      size: file.size ?? null,
      crs: file.crs ?? null,
    }));
  }

  /** The absolute path to write a file of output `number` to. Naming it here makes it one of the outcome's files. */
  output(number: number, fileName: string, details: OutputDetails = {}): string {
    const output = this.#job.outputs.find((candidate) => candidate.number === number);
    if (!output) throw new ServiceError('invalid_job', `job.json has no output ${number}`);
    const path = `${output.folder}/${plainName(fileName)}`;
    this.#outputs.set(path, { fileType: output.file_type, ...details, number, name: fileName, path });
    return this.#within(output.folder, fileName);
  }

  /** What a dispatcher is asked to send, for whom. For any other service it is an error. */
  get dispatch(): Dispatch {
    const { dispatch } = this.#job;
    if (!dispatch)
      throw new ServiceError('invalid_job', 'job.json has no "dispatch": the service is a dispatcher');
    return dispatch;
  }

  /** Records that a dispatcher has sent a file. It is kept whether or not the attempt succeeds in the end. */
  dispatched(sent: Dispatched): void {
    this.#sent.push(sent);
  }

  /** A path for a file that nobody needs after this attempt. */
  scratch(fileName: string): string {
    return this.#within('scratch', plainName(fileName));
  }

  /** A path for a file that the next run of the same process finds again. */
  storage(fileName: string): string {
    return this.#within('storage', plainName(fileName));
  }

  /** Writes a record of the log. */
  log(...parts: unknown[]): void {
    process.stdout.write(`${format(...parts)}\n`);
  }

  /** Says something that the user should know although the attempt succeeds; it becomes the outcome's warning. */
  warn(message: string): void {
    this.#warnings.push(message);
    this.log(`Warning: ${message}`);
  }

  /** How far the work is, from 0 to 100, and what it is at. */
  progress(percent: number, comment?: string): void {
    this.#status.progress(percent, comment);
  }

  /**
   * A folder that the platform lends to keep parts of remote files in, for other components of this service and
   * organisation; undefined where it lends none. It may hold so many bytes, and can be empty at any time.
   */
  get blockCache(): { folder: string; maxBytes: number } | undefined {
    const folder = process.env['FUSION_BLOCK_CACHE'];
    const megabytes = Number(process.env['FUSION_BLOCK_CACHE_MB']);
    return folder && megabytes > 0 ? { folder, maxBytes: megabytes * 1_000_000 } : undefined;
  }

  /** Adds to the bytes read from a kind of source. */
  countBytes(kind: TransferKind, bytes: number): void {
    this.#status.countBytes(kind, bytes);
  }

  /** Ends the attempt with a message for the user: what is asked cannot be done. */
  refuse(message: string): never {
    throw new Refusal(message);
  }

  /** The output files named so far. */
  get outputs(): OutputFile[] {
    return [...this.#outputs.values()];
  }

  get warnings(): string[] {
    return [...this.#warnings];
  }

  /** What has been sent so far. */
  get sent(): Dispatched[] {
    return [...this.#sent];
  }

  #within(folder: string, fileName: string): string {
    const path = join(this.#folder, folder);
    mkdirSync(path, { recursive: true });
    return join(path, fileName);
  }
}

function plainName(fileName: string): string {
  if (fileName === '' || fileName === '.' || fileName === '..' || fileName !== basename(fileName)) {
    throw new ServiceError('error', `${JSON.stringify(fileName)} is not a plain file name`);
  }
  return fileName;
}
