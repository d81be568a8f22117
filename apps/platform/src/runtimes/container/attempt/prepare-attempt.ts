import { stage, InputUnavailableError } from '../../local/stage.ts';
import type { Job, RuntimeReason } from '../../runtime.ts';
import { ensureImage, ImageUnavailableError } from '../image.ts';
import type { ContainerAttemptFiles } from './attempt-files.ts';
import type { ContainerAttemptSetting } from './attempt-setting.ts';
import { handOver } from './hand-over.ts';

export interface PrepareOptions {
  readonly files: ContainerAttemptFiles;
  readonly setting: Pick<
    ContainerAttemptSetting,
    'daemon' | 'objects' | 'image' | 'wantedDigest' | 'pullSeconds' | 'container'
  >;
  /** The platform closes: what is done so far stands. */
  readonly closing: AbortSignal;
  readonly cancelled: AbortSignal;
  readonly onWait: (reason: RuntimeReason) => void;
  readonly onDigest: (digest: string) => Promise<void>;
}

/** Brings the inputs and the image here. @returns why the attempt ends before it began; null where it can begin */
export async function prepareAttempt(
  job: Job,
  { files, setting, closing, cancelled, onWait, onDigest }: PrepareOptions,
): Promise<RuntimeReason | null> {
  const { daemon, objects, image, wantedDigest, pullSeconds, container } = setting;
  const signal = AbortSignal.any([closing, cancelled]);
  try {
    await stage(job, files.work, objects, {
      // Files of the store are the platform's alone: another user cannot read them.
      inputsAreReadOnly: process.getuid?.() !== 0,
      onProgress: (evidence) => onWait({ code: 'staging', evidence }),
      signal,
    });
    const digest = await ensureImage(daemon.docker, image, {
      digest: wantedDigest,
      deadlineSeconds: pullSeconds,
      onProgress: (evidence) => onWait({ code: 'image_pulling', evidence: { image, ...evidence } }),
      signal,
    });
    await onDigest(digest);
  } catch (error) {
    closing.throwIfAborted();
    if (cancelled.aborted) return { code: 'cancelled', evidence: {} };
    if (error instanceof ImageUnavailableError)
      return { code: 'image_unavailable', evidence: { image, message: error.message } };
    if (error instanceof InputUnavailableError)
      return { code: 'input_unavailable', evidence: { path: error.path, message: error.message } };
    throw error;
  }
  await handOver(files.work, files.temporary, container.user);
  return null;
}
