/** What a page keeps in its address, of texts alone: anything else in it is left out. */
export function textsOf<const K extends string>(
  ...names: readonly K[]
): (search: Record<string, unknown>) => { readonly [N in K]?: string } {
  return (search) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = search[name];
        return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
      }),
    ) as { readonly [N in K]?: string };
}
