import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { Empty } from '../ui/empty.tsx';

export function NothingHere(): ReactNode {
  return (
    <Empty title="There is no such page">
      <p>
        The address leads nowhere. <Link to="/">Go to the first page</Link>.
      </p>
    </Empty>
  );
}
