import * as z from 'zod';

/** Python's own words. */
const keywords = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** The name of an option or of a value of an action. */
export const pythonName = z
  .string()
  .refine(
    (name) => /^[A-Za-z_]\w*$/.test(name) && !keywords.has(name),
    'a name as Python allows, since expressions use it',
  );
