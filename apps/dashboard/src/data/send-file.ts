import { ConnectionError, fileTypeOfName, TransferError } from 'fusion-platform';
import type { DataProgress, Organisation } from 'fusion-platform';

/** How long after a connection was lost it is tried again, in milliseconds; sooner when the browser says that it is back. */
const pause = 3000;

export interface Sending {
  readonly organisation: Organisation;
  readonly file: File;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DataProgress) => void;
  /** The connection is lost: it is sent again, from its start, once it is back. */
  readonly onLost: () => void;
}

/** Whether it is worth sending again: the platform did not refuse it, but could not be reached. */
const wasCutOff = (error: unknown): boolean =>
  error instanceof ConnectionError || (error instanceof TransferError && error.code === 'interrupted');

/** Sends a file however often the connection is lost meanwhile. What was left of an attempt that was cut off is removed. */
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
      await organisation.createData({
        id,
        name: file.name.replace(/\.[^.]+$/, ''),
        fileType: fileTypeOfName(file.name),
        files: [file],
        wait: true,
        signal,
        onProgress,
      });
      return;
    } catch (error) {
      if (!wasCutOff(error)) throw error;
      left.push(id);
      onLost();
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
