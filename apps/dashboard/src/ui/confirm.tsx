import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

import { Button } from './button.tsx';

export interface Question {
  readonly title: string;
  readonly text?: string;
  readonly danger?: boolean;
}

/** Asks before something is done that cannot be undone. */
export function useConfirm(): readonly [ask: (question: Question) => Promise<boolean>, dialog: ReactNode] {
  const [open, setOpen] = useState<Question & { readonly answer: (yes: boolean) => void }>();
  const ask = useCallback(
    async (question: Question) =>
      await new Promise<boolean>((resolve) => {
        setOpen({
          ...question,
          answer: (yes) => {
            setOpen(undefined);
            resolve(yes);
          },
        });
      }),
    [],
  );
  return [ask, open ? <ConfirmDialog {...open} /> : null];
}

function ConfirmDialog({
  title,
  text,
  danger = false,
  answer,
}: Question & { readonly answer: (yes: boolean) => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={title} onClose={() => answer(false)}>
      <div>
        <h2>{title}</h2>
        {text !== undefined && <p>{text}</p>}
        <div className="row ends">
          <Button onClick={() => answer(false)}>Cancel</Button>
          <Button primary={!danger} danger={danger} onClick={() => answer(true)}>
            {title.split(' ')[0]}
          </Button>
        </div>
      </div>
    </dialog>
  );
}
