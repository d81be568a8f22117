/** The object that JSON text holds, without its nulls; undefined when it holds none. */
export function jsonObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
  } catch {
    return undefined;
  }
}
