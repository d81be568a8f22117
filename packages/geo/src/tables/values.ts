const POINT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** Thousands may be set apart by points then. */
const COMMA = /^[+-]?(\d+,?\d*|,\d+|\d{1,3}(\.\d{3})+(,\d*)?)([eE][+-]?\d+)?$/;
/** A number that is counted in no statistics, as in rasters. */
const INFINITE = /^[+-]?inf(inity)?$/i;
/** As programs write that there is no value: those that pandas knows, and marks without letters or digits. */
const MISSING = new Set([
  '',
  '#n/a',
  '#n/a n/a',
  '#na',
  '#null!',
  '#value!',
  '#ref!',
  '#div/0!',
  '-1.#ind',
  '-1.#qnan',
  '1.#ind',
  '1.#qnan',
  '-nan',
  '<na>',
  'n/a',
  'na',
  'nan',
  'nil',
  'none',
  'null',
]);
const MARK = /^(-+|\*+|\.+|\?+|_+|\u2013|\u2014)$/;
const LONGEST = 10;

export function isMissing(text: string): boolean {
  const trimmed = text.trim();
  return MARK.test(trimmed) || (trimmed.length <= LONGEST && MISSING.has(trimmed.toLowerCase()));
}

/** The number that a text is, with a decimal point or comma, infinity as programs write it; null for one that is none. */
export function numberOf(text: string, decimal: '.' | ','): number | null {
  const trimmed = text.trim();
  if (INFINITE.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  if (decimal === '.') return POINT.test(trimmed) ? Number(trimmed) : null;
  return COMMA.test(trimmed) ? Number(trimmed.replaceAll('.', '').replace(',', '.')) : null;
}

/** Whether a comma can be nothing but a decimal one: that of 1,234 may set thousands apart. */
export function isDecimalComma(text: string): boolean {
  return /,/.test(text) && !/^[+-]?[1-9]\d{0,2}(,\d{3})+$/.test(text.trim());
}

export function booleanOf(text: string): boolean | null {
  const lower = text.length <= LONGEST ? text.trim().toLowerCase() : '';
  return lower === 'true' || lower === 'false' ? lower === 'true' : null;
}
