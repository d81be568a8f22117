/** How the user wants times and numbers: as the account says, or the browser where it says nothing that is known. */
export interface FormatSettings {
  readonly locale: string;
  readonly timeZone: string;
}

const ofBrowser = (): FormatSettings => {
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { locale, timeZone };
};

export function formatSettingsOf(account: {
  readonly locale?: string | undefined;
  readonly time_zone?: string | undefined;
}): FormatSettings {
  const own = ofBrowser();
  return {
    locale: valid(() => new Intl.NumberFormat(account.locale))
      ? localeOf(account.locale, own.locale)
      : own.locale,
    timeZone: valid(() => new Intl.DateTimeFormat('en', { timeZone: account.time_zone }))
      ? (account.time_zone ?? own.timeZone)
      : own.timeZone,
  };
}

/** A language alone, as accounts have it until somebody sets more, leaves the country to the browser. */
export function localeOf(account: string | undefined, browser: string): string {
  if (account === undefined || browser.toLowerCase().startsWith(`${account.toLowerCase()}-`)) return browser;
  return account;
}

function valid(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

let settings: FormatSettings = ofBrowser();

/** Set once, when somebody has logged in. */
export function takeFormatsOf(account: Parameters<typeof formatSettingsOf>[0]): void {
  settings = formatSettingsOf(account);
}

export const formatSettings = (): FormatSettings => settings;

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

/** Making a formatter takes some hundred times as long as using it, and a table uses the same ones in each row. */
function once<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known as T;
}

export const numberFormat = (options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  once(
    `number ${settings.locale} ${JSON.stringify(options)}`,
    () => new Intl.NumberFormat(settings.locale, options),
  );

/** In the user's own time zone, unless the options name another. */
export const dateFormat = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  once(
    `date ${settings.locale} ${settings.timeZone} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(settings.locale, { timeZone: settings.timeZone, ...options }),
  );
