import { AnalysisError, ConnectionError, fileTypeOfName, TransferError } from 'fusion-platform';
import type { Data, DataProgress, Organisation } from 'fusion-platform';

/** How long after a connection was lost it is tried again, in milliseconds; sooner when the browser says that it is back. */
const pause = 3000;

export interface Sending {
  readonly organisation: Organisation;
  readonly file: File;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DataProgress) => void;
  /** The connection is lost, and what was sent with it: it is sent again, from its start, once it is back. */
  readonly onLost: () => void;
}

/** Whether it is worth sending again: the platform did not refuse it, but could not be reached. */
const wasCutOff = (error: unknown): boolean =>
  error instanceof ConnectionError || (error instanceof TransferError && error.code === 'interrupted');

/**
 * Sends a file however often the connection is lost meanwhile: it is carried on where the platform can do that, and else
 * sent again. What was left of an attempt that was cut off is removed.
 */
export async function sendFile({ organisation, file, signal, onProgress, onLost }: Sending): Promise<void> {
  const left: string[] = [];
  for (;;) {
    signal.throwIfAborted();
    const id = crypto.randomUUID();
    try {
      while (left.length > 0) {
        await remove(organisation, left[0]!);
        left.shift();
      }
      const data = await organisation.createData({
        id,
        name: file.name.replace(/\.[^.]+$/, ''),
        fileType: fileTypeOfName(file.name),
        files: [file],
        signal,
        // Whoever left the page open wants it to arrive.
        uploadRetries: Infinity,
        onProgress,
      });
      await complete(data, { signal, onProgress });
      return;
    } catch (error) {
      if (!wasCutOff(error)) {
        // One that cannot be used is shown with its reason; of one that did not arrive nothing is left.
        if (!(error instanceof AnalysisError)) await remove(organisation, id).catch(() => undefined);
        throw error;
      }
      left.push(id);
      onLost();
      await back(signal);
    }
  }
}

/** Waits until it is uploaded and looked at. Once it is there, it is not sent again because nobody can ask about it. */
async function complete(
  data: Data,
  { signal, onProgress }: Pick<Sending, 'signal' | 'onProgress'>,
): Promise<void> {
  for (;;) {
    try {
      await data.createComplete({ wait: true, signal, onProgress });
      return;
    } catch (error) {
      const arrived = data.uploadProgress().every(({ bytes, size }) => bytes === size);
      if (!(error instanceof ConnectionError) || !arrived) throw error;
      await back(signal);
    }
  }
}

async function remove(organisation: Organisation, id: string): Promise<void> {
  try {
    await (await organisation.dataItem(id)).delete();
  } catch (error) {
    // It may never have come to be.
    if (wasCutOff(error)) throw error;
  }
}

/** Waits until the browser is connected again, or a while. */
async function back(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const stop = (): void => {
      reject(signal.reason as Error);
      end();
    };
    const timer = setTimeout(end, pause);
    addEventListener('online', end);
    signal.addEventListener('abort', stop);
  });
}
