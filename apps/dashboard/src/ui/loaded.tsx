import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { ErrorNotice } from './error-notice.tsx';
import { Skeleton } from './skeleton.tsx';

/** What a question was answered, its place while it is on its way, or why there is no answer. */
export function Loaded<T>({
  query,
  lines,
  height,
  children,
}: {
  readonly query: UseQueryResult<T, Error>;
  readonly lines?: number;
  readonly height?: string;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  const { data, error, refetch } = query;
  if (data !== undefined) return children(data);
  if (error) return <ErrorNotice error={error} again={() => void refetch()} />;
  return (
    <Skeleton {...(lines === undefined ? {} : { lines })} {...(height === undefined ? {} : { height })} />
  );
}
