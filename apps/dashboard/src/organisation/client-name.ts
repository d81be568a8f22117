const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iOS'],
  ['iPad', 'iOS'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** What a program called itself when it logged in, in a word: `Firefox on Linux`, `python-requests/2.32`. */
export function clientName(agent: string | null | undefined): string {
  if (!agent) return 'not told';
  const find = (list: readonly (readonly [string, string])[]): string | undefined =>
    list.find(([mark]) => agent.includes(mark))?.[1];
  const browser = agent.startsWith('Mozilla/') ? find(browsers) : undefined;
  if (!browser) return agent.split(' ')[0]!.slice(0, 40);
  const system = find(systems);
  return system ? `${browser} on ${system}` : browser;
}
