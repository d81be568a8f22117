import { ConnectionError, NotFoundError, PermissionError, UnsupportedError } from 'fusion-platform';
import type { ReactNode } from 'react';

import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

function explain(error: Error): readonly [title: string, next: string] {
  if (error instanceof ConnectionError)
    return [
      'The platform does not answer',
      'This page goes on asking and shows what it gets as soon as it gets it.',
    ];
  if (error instanceof NotFoundError)
    return [
      'There is no such thing',
      'It may have been deleted, have expired, or belong to another organisation.',
    ];
  if (error instanceof PermissionError)
    return ['You may not see or do this', 'Ask a manager of the organisation for the role.'];
  if (error instanceof UnsupportedError) return ['This platform cannot do that', 'It lacks the call.'];
  return [
    'That did not work',
    'Try again; if it fails again, the message above helps whoever runs the platform.',
  ];
}

export function ErrorNotice({
  error,
  title,
  again,
}: {
  readonly error: Error;
  readonly title?: string;
  readonly again?: () => void;
}): ReactNode {
  const [what, next] = explain(error);
  return (
    <Notice kind="failed" title={title ?? what}>
      <p>{error.message}</p>
      <p className="small muted">{next}</p>
      {again && (
        <p>
          <Button small onClick={again}>
            Try again
          </Button>
        </p>
      )}
    </Notice>
  );
}
