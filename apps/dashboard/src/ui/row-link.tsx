import { useRouter } from '@tanstack/react-router';
import type { RegisteredRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';

/**
 * A link within a long list. The router's own follows every change of the address and works out much for each, which took most
 * of a frame where dozens come into view at once; this one asks the router when it is used.
 */
export function RowLink({
  path,
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & {
  /** With parts that are encoded already. */
  readonly path: string;
}): ReactNode {
  const router: RegisteredRouter = useRouter();
  const follow = (event: MouseEvent): void => {
    const { button, metaKey, ctrlKey, shiftKey, altKey, defaultPrevented } = event;
    // Everything else is the browser's: another tab, another window, a download.
    if (defaultPrevented || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return;
    event.preventDefault();
    void router.navigate({ href: path });
  };
  return <a {...rest} href={path} onClick={follow} />;
}

export const componentPath = (org: string, component: string): string => `/o/${org}/components/${component}`;
