/** What a form needs to know of an option. */
export interface OptionRules {
  readonly name: string;
  readonly data_type: string;
  readonly required: boolean;
  readonly validation?: string | null | undefined;
  readonly mutually_exclusive?: string | null | undefined;
}

/** The parts of a validation, e.g. `min=1;max=100`. */
export function rulesOf(validation: string | null | undefined): ReadonlyMap<string, string> {
  return new Map(
    (validation ?? '').split(';').flatMap((part) => {
      const at = part.indexOf('=');
      return at > 0 ? [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1)] as const] : [];
    }),
  );
}

/** What is wrong with a text as the value of an option; undefined when nothing is. The platform has the last word. */
export function checkOption(option: OptionRules, text: string): string | undefined {
  if (text === '') return option.required ? 'A value is needed' : undefined;
  const rules = rulesOf(option.validation);
  if (option.data_type === 'numeric' || option.data_type === 'currency') {
    const value = Number(text);
    if (!Number.isFinite(value)) return `"${text}" is no number`;
    const [least, most] = [rules.get('min'), rules.get('max')];
    if (least !== undefined && value < Number(least)) return `At least ${least}`;
    if (most !== undefined && value > Number(most)) return `At most ${most}`;
  }
  if (option.data_type === 'datetime' && Number.isNaN(Date.parse(text))) return `"${text}" is no date`;
  const values = rules.get('values')?.split(',');
  if (option.data_type === 'constrained' && values && !values.includes(text))
    return `One of ${values.join(', ')}`;
  return undefined;
}

/** Whether an option plays no part, since another one has the value that shuts it out. */
export function isShutOut(
  option: Pick<OptionRules, 'mutually_exclusive'>,
  values: Readonly<Record<string, string>>,
): boolean {
  const rule = option.mutually_exclusive;
  if (!rule) return false;
  const at = rule.indexOf('=');
  return at > 0 && values[rule.slice(0, at)] === rule.slice(at + 1);
}
