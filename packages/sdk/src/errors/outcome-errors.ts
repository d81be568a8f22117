import { FusionPlatformError } from './base.ts';

/** An execution ended without success. */
export class ExecutionError extends FusionPlatformError {
  override readonly name = 'ExecutionError';
  readonly code = 'execution_failed';
  readonly executionId: string;
  readonly abortReason: string | undefined;
  readonly exitType: string | undefined;

  constructor(executionId: string, abortReason: string | undefined, exitType: string | undefined) {
    super(
      `The execution ${executionId} failed: ${abortReason ?? exitType ?? 'the platform gives no reason'}`,
    );
    this.executionId = executionId;
    this.abortReason = abortReason;
    this.exitType = exitType;
  }
}

/** A process was stopped (`stopped`), or did not start when it should have (`late`). */
export class NotStartedError extends FusionPlatformError {
  override readonly name = 'NotStartedError';
  readonly code: 'stopped' | 'late';

  constructor(code: 'stopped' | 'late', message: string) {
    super(message);
    this.code = code;
  }
}

/** Files that are not what they claim to be, as analysis found out. */
export class AnalysisError extends FusionPlatformError {
  override readonly name = 'AnalysisError';
  readonly code = 'analysis_failed';
  readonly dataId: string;
  /** The names of the files. */
  readonly files: readonly string[];

  constructor(
    dataId: string,
    files: readonly { readonly name: string; readonly reason?: string | undefined }[],
  ) {
    const told = files.map(({ name, reason }) => (reason ? `${name} (${reason})` : name)).join(', ');
    super(`The platform cannot use ${told}`);
    this.dataId = dataId;
    this.files = files.map(({ name }) => name);
  }
}
