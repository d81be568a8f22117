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
    locale: valid(() => new Intl.NumberFormat(account.locale)) ? (account.locale ?? own.locale) : own.locale,
    timeZone: valid(() => new Intl.DateTimeFormat('en', { timeZone: account.time_zone }))
      ? (account.time_zone ?? own.timeZone)
      : own.timeZone,
  };
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
