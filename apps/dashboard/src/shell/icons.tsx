import type { ReactNode } from 'react';

const line = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.8,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

const paths = {
  home: <path {...line} d="M3 9.5 10 4l7 5.5V17H3zM8 17v-5h4v5" />,
  runs: <path {...line} d="M4 5h3M4 10h7M4 15h5M10 5h6M14 10h2M12 15h4" />,
  processes: <path {...line} d="M4 4h5v5H4zM11 11h5v5h-5zM9 6.5h4.5V11" />,
  services: (
    <path {...line} d="m10 3 6.5 3.5v7L10 17l-6.500-3.500v-7zM3.500 6.500 10 10l6.500-3.500M10 10v7" />
  ),
  data: <path {...line} d="M10 3 17 6.500 10 10 3 6.500zM3 10l7 3.500 7-3.500M3 13.500 10 17l7-3.500" />,
  organisation: <path {...line} d="M4 17V5h7v12M11 9h5v8M2.500 17h15M6.500 8.500h2M6.500 12h2" />,
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      {paths[name]}
    </svg>
  );
}
