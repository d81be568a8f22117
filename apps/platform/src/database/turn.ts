/**
 * How far one step of maintenance has come in a list that is too long for one turn: the next turn goes on behind it, and
 * begins again once it was at the end. So what cannot be done now holds up nothing that comes after it.
 */
export interface Turn {
  /** The last id of the turn before; null for the beginning. */
  after: string | null;
}

export const firstTurn = (): Turn => ({ after: null });

/** Notes what a turn takes, before any of it is done. @returns whether there may be more behind it */
export function moveTurn(turn: Turn, taken: readonly { readonly id: string }[], most: number): boolean {
  const more = taken.length === most;
  turn.after = more ? taken.at(-1)!.id : null;
  return more;
}
