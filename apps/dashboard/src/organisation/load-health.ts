/** Each part of the platform and whether it works; null where the platform does not tell. */
export async function loadHealth({
  signal,
}: {
  readonly signal: AbortSignal;
}): Promise<Readonly<Record<string, string>> | null> {
  const answer = await fetch('/healthz', { signal });
  const text = await answer.text();
  try {
    const { parts } = JSON.parse(text) as { parts?: Record<string, string> };
    return parts ?? null;
  } catch {
    return null;
  }
}
