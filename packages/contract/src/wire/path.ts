import type { PathParams } from '../calls/index.ts';

/** A path parameter that could change which call is made. */
export class PathError extends Error {
  constructor(name: string, value: string) {
    super(`${name}: "${value}" cannot be part of an address`);
    this.name = 'PathError';
  }
}

/** Fills in a path's parameters; a value that is empty, a dot segment or not text is refused. */
export function buildPath<P extends string>(path: P, params: PathParams<P>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value: unknown = (params as Record<string, unknown>)[name];
    // A lone surrogate has no UTF-8 form: encodeURIComponent would throw an error that names nothing.
    if (typeof value !== 'string' || value === '' || /^\.+$/.test(value) || !value.isWellFormed())
      throw new PathError(name, String(value));
    return encodeURIComponent(value);
  });
}
