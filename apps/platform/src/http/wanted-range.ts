import type { FastifyRequest } from 'fastify';
import parseRange from 'range-parser';

/** The one range that is asked for; several are answered with the whole, as the standard allows. */
export function wantedRange(
  { headers }: Pick<FastifyRequest, 'headers'>,
  size: number,
  etag: string | null,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const { range, 'if-range': condition } = headers;
  if (!range || (condition !== undefined && condition !== etag)) return undefined;
  const ranges = parseRange(size, range);
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
