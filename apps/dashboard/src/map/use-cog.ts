import type { DataFile } from 'fusion-platform';
import { useEffect, useState } from 'react';

import { Cog } from './cog.ts';

export interface OpenedCog {
  readonly cog?: Cog;
  readonly error?: Error;
}

/** Opens a raster to be read by range. */
export function useCog(file: DataFile | undefined): OpenedCog {
  const [opened, setOpened] = useState<OpenedCog & { readonly of?: string }>({});
  useEffect(() => {
    if (!file) return undefined;
    const gone = new AbortController();
    Cog.open(file, gone.signal)
      .then((cog) => setOpened({ cog, of: file.id }))
      .catch((error: unknown) => {
        if (!gone.signal.aborted) setOpened({ error: error as Error, of: file.id });
      });
    return () => gone.abort();
  }, [file]);
  return opened.of !== undefined && opened.of === file?.id ? opened : {};
}
