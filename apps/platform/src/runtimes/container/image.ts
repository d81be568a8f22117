import type Docker from 'dockerode';

/** The image cannot be had: it does not exist, the registry refuses or does not answer in time. */
export class ImageUnavailableError extends Error {
  readonly image: string;

  constructor(image: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'ImageUnavailableError';
    this.image = image;
  }
}

export interface PullProgress {
  readonly bytesDone: number;
  /** Null until the registry has told the size of each layer. */
  readonly bytesTotal: number | null;
}

/**
 * Has an image on this machine, by pulling it where it is not there yet.
 * @returns its id, a digest of its content: what was asked for by a tag is asked for by this from then on
 * @throws ImageUnavailableError
 */
export async function ensureImage(
  docker: Docker,
  image: string,
  {
    digest = null,
    deadlineSeconds,
    onProgress,
    signal,
  }: {
    /** The only one that will do; null for whichever the name stands for. */
    readonly digest?: string | null;
    readonly deadlineSeconds: number;
    readonly onProgress: (progress: PullProgress) => void;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  // By its digest alone, where it is there: its name may have gone on to another.
  const known = await idOf(docker, digest ?? image);
  if (known !== null) return known;
  const deadline = AbortSignal.timeout(deadlineSeconds * 1000);
  // A registry that does not answer tells nothing of its progress.
  onProgress({ bytesDone: 0, bytesTotal: null });
  try {
    await pull(docker, image, onProgress, AbortSignal.any([signal, deadline]));
  } catch (error) {
    signal.throwIfAborted();
    refuseMoved(image, digest, digest === null ? null : await idOf(docker, image));
    throw new ImageUnavailableError(
      image,
      deadline.aborted ? new Error(`it was not pulled within ${deadlineSeconds} s`) : error,
    );
  }
  const pulled = await idOf(docker, image);
  if (pulled === null)
    throw new ImageUnavailableError(image, new Error('it is not there after it was pulled'));
  refuseMoved(image, digest, pulled);
  return pulled;
}

function refuseMoved(image: string, wanted: string | null, found: string | null): void {
  if (wanted === null || found === null || wanted === found) return;
  throw new ImageUnavailableError(
    image,
    new Error(
      `the name stands for another image by now, ${found}, and only ${wanted} may run: publish a version with the image of now`,
    ),
  );
}

async function idOf(docker: Docker, image: string): Promise<string | null> {
  try {
    const { Id } = await docker.getImage(image).inspect();
    return Id.startsWith('sha256:') ? Id : `sha256:${Id}`;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null;
    throw error;
  }
}

interface PullEvent {
  readonly id?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

async function pull(
  docker: Docker,
  image: string,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const stream = (await docker.pull(image, { abortSignal: signal })) as NodeJS.ReadableStream & {
    destroy(): void;
  };
  const stop = (): void => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  const layers = new Map<string, { readonly current: number; readonly total: number }>();
  let failure: string | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        (error) => (error ? reject(error) : resolve()),
        (event: PullEvent) => {
          failure ??= event.error;
          const { current, total } = event.progressDetail ?? {};
          if (event.id === undefined || current === undefined) return;
          layers.set(event.id, { current, total: total ?? current });
          const all = [...layers.values()];
          onProgress({
            bytesDone: all.reduce((sum, layer) => sum + layer.current, 0),
            bytesTotal: all.reduce((sum, layer) => sum + layer.total, 0),
          });
        },
      );
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  if (failure !== undefined) throw new Error(failure);
}
