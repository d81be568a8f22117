const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const dayMs = 86_400_000;

/** What keywords stand for: the name of the service, and the moment from which days are counted. */
export interface KeywordContext {
  readonly serviceName: string;
  readonly now: Date;
}

/**
 * The value with each keyword in its texts replaced: `{service_name}`, `{now}`, `{today@hh:mm}`, `{tomorrow@hh:mm}`, and
 * the next day of a name, today included, as in `{monday@06:30}`; all in UTC. Other words in braces stay.
 */
export function replaceKeywords<T>(value: T, context: KeywordContext): T {
  return replace(value, context) as T;
}

function replace(value: unknown, context: KeywordContext): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\{([^{}]*)\}/g, (whole, content: string) => meaning(content, context) ?? whole);
  if (Array.isArray(value)) return value.map((item) => replace(item, context));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, context)]));
  return value;
}

function meaning(content: string, { serviceName, now }: KeywordContext): string | undefined {
  const [word = '', time = ''] = content.split('@');
  const keyword = word.trim().toLowerCase();
  if (keyword === 'service_name') return serviceName;
  if (keyword === 'now') return now.toISOString().replace('Z', '+00:00');
  const days = daysUntil(keyword, now);
  if (days === undefined) return undefined;
  const match = /^(\d{1,2})(?::(\d{1,2}))?$/.exec(time.trim() || '0');
  if (!match || Number(match[1]) > 23 || Number(match[2] ?? 0) > 59) return undefined;
  const day = new Date(now.getTime() + days * dayMs).toISOString().slice(0, 10);
  const [hour, minute] = [match[1], match[2] ?? '0'].map((part) => part!.padStart(2, '0'));
  return `${day}T${hour}:${minute}:00+00:00`;
}

function daysUntil(keyword: string, now: Date): number | undefined {
  if (keyword === 'today') return 0;
  if (keyword === 'tomorrow') return 1;
  const weekday = weekdays.indexOf(keyword);
  return weekday < 0 ? undefined : (weekday - now.getUTCDay() + 7) % 7;
}
