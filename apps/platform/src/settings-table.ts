import { settingsSchema } from './settings.ts';

/** Every setting as a Markdown table, for the documentation. */
export function settingsTable(): string {
  const rows = Object.entries(settingsSchema.shape).map(([name, schema]) => {
    // Defaults are text, numbers and the like; what a setting is made into has none.
    const data = schema.safeParse(undefined).data as string | number | boolean | undefined;
    const value = data === undefined ? '' : `\`${String(data)}\``;
    return `| \`${name}\` | ${value} | ${schema.description ?? ''} |`;
  });
  return ['| variable | default | what it sets |', '|---|---|---|', ...rows].join('\n');
}

if (import.meta.main) console.log(settingsTable());
