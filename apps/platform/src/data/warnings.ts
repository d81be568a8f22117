import type { FileRow } from './claim.ts';

/** What the user had better know stands before what the user wrote, as an error does. */
export function withWarnings(
  { description }: Pick<FileRow, 'description'>,
  warnings: readonly string[],
): Pick<FileRow, 'description'> {
  if (warnings.length === 0) return { description };
  const said = `Warning: ${warnings.join('; ')}.`;
  return { description: description ? `${said} ${description}` : said };
}
