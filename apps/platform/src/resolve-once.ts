// As a whole: an older Node has not all of it, and has yet to be told so.
import * as nodeModule from 'node:module';
import type { ResolveHookSync } from 'node:module';

/**
 * For each import of drizzle-orm, and between its own files, Node reads that package's list of exports again (180 kB, several
 * hundred times): a quarter of the processor time of a start. Once is enough.
 */
export function resolveOnce(): void {
  const resolved = new Map<string, ReturnType<ResolveHookSync>>();
  nodeModule.registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier.startsWith('.') && context.parentURL?.includes('/node_modules/drizzle-orm/'))
        return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true };
      if (!specifier.startsWith('drizzle-orm')) return next(specifier, context);
      const known = resolved.get(specifier) ?? next(specifier, context);
      resolved.set(specifier, { ...known, shortCircuit: true });
      return known;
    },
  });
}
