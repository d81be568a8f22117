import type { DataFile } from 'fusion-platform';

/** Whether the platform has found out about a file all that it ever will. */
export const isLookedAt = ({
  publishable,
  error,
  ingesters,
  number_of_ingesters: steps,
}: DataFile): boolean =>
  error === true || (publishable !== undefined && Object.keys(ingesters ?? {}).length >= (steps ?? 0));
