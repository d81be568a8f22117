const units = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'] as const;

/** The gap of a schedule as people say it: `every week`, `every 2 months and 3 days`. */
export function gapText(gap: Readonly<Partial<Record<string, number>>> | null | undefined): string {
  const parts = units.flatMap((unit) => {
    const amount = gap?.[unit];
    if (!amount) return [];
    return [amount === 1 ? unit.slice(0, -1) : `${amount} ${unit}`];
  });
  // What it sets, e.g. a day of the month, is told by the next run alone.
  if (parts.length === 0) return 'by a schedule';
  const last = parts.pop()!;
  return `every ${parts.length > 0 ? `${parts.join(', ')} and ` : ''}${last}`;
}
