import type { Cli } from '../command/index.ts';
import { TransferDisplay } from '../output/index.ts';

interface Message {
  readonly progress?: { readonly moved: number; readonly total: number };
}

/** Shows how far the administration of a platform is while it works. */
export async function showingProgress<T>(
  { out }: Pick<Cli, 'out'>,
  title: string,
  work: (heard: (message: unknown) => void) => Promise<T>,
): Promise<T> {
  let display: TransferDisplay | undefined;
  try {
    return await work((message) => {
      const { progress } = message as Message;
      if (!progress) return;
      display ??= new TransferDisplay(out, { title, files: 1, total: progress.total });
      display.moved('all', progress.moved);
    });
  } finally {
    display?.end();
  }
}
