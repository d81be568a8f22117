import { eq } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';

import { tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Work } from './component.ts';
import type { AttemptRow } from '../rows.ts';

/** Notes something of an attempt. @returns its row as it is then */
export async function setAttempt(
  tx: Queries,
  { attempt }: Pick<Work, 'attempt'>,
  fields: PgUpdateSetSource<typeof tables.componentAttempts>,
): Promise<AttemptRow> {
  const [set] = await tx
    .update(tables.componentAttempts)
    .set(fields)
    .where(eq(tables.componentAttempts.id, attempt.id))
    .returning();
  return set!;
}
