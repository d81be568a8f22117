import type { ButtonHTMLAttributes, ReactNode } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly primary?: boolean;
  readonly danger?: boolean;
  readonly plain?: boolean;
  readonly small?: boolean;
  /** What it does is under way: it says so, and takes no second click. */
  readonly busy?: boolean;
}

export function Button({
  primary,
  danger,
  plain,
  small,
  busy,
  disabled,
  className,
  children,
  ...rest
}: ButtonProps): ReactNode {
  const kinds = [primary && 'primary', danger && 'danger', plain && 'plain', small && 'small'].filter(
    Boolean,
  );
  return (
    <button
      type="button"
      {...rest}
      className={['button', ...kinds, className].filter(Boolean).join(' ')}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {children}
      {busy && <span aria-hidden="true">…</span>}
    </button>
  );
}
