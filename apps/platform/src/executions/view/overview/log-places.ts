/** What is known of the lines of a log that match a search. Lines are only added, behind those before, so it stays true. */
interface Known {
  /** So many lines match, up to this place in the table. */
  counted: { readonly lines: number; readonly seq: number };
  /** Places in the table by the number of the matching line, from 0. */
  readonly anchors: Map<number, number>;
}

/** Where to begin to look for a line, and how many lines to pass over from there. */
export interface Start {
  readonly seq: number;
  readonly pass: number;
  readonly backwards: boolean;
}

const mostLogs = 100;
const mostAnchors = 1000;

/**
 * Remembers how many lines match what was searched for, and where they are. To look at a million lines takes the embedded
 * database a third of a second, in which it does nothing else, and a page that shows a search asks again and again.
 */
export class LogPlaces {
  readonly #logs = new Map<string, Known>();

  of(key: string): Known {
    const known = this.#logs.get(key) ?? { counted: { lines: 0, seq: 0 }, anchors: new Map() };
    // Those used last are kept.
    this.#logs.delete(key);
    this.#logs.set(key, known);
    for (const oldest of this.#logs.keys()) {
      if (this.#logs.size <= mostLogs) break;
      this.#logs.delete(oldest);
    }
    return known;
  }
}

/** Where two callers counted at the same time, the count that got further is kept. */
export function noteCount(known: Known, lines: number, seq: number): void {
  if (seq > known.counted.seq) known.counted = { lines, seq };
}

export function noteAnchor({ anchors }: Known, line: number, seq: number): void {
  anchors.set(line, seq);
  for (const oldest of anchors.keys()) {
    if (anchors.size <= mostAnchors) break;
    anchors.delete(oldest);
  }
}

/** The nearest place from which lines `from` to before `to` can be reached, of so many up to a place in the table. */
export function startFor(
  { anchors }: Known,
  { from, to }: { readonly from: number; readonly to: number },
  counted: { readonly lines: number; readonly seq: number },
): Start {
  let best: Start = { seq: 0, pass: from, backwards: false };
  const consider = (start: Start): void => {
    if (start.pass < best.pass) best = start;
  };
  consider({ seq: counted.seq, pass: counted.lines - to, backwards: true });
  for (const [line, seq] of anchors) {
    if (line <= from) consider({ seq, pass: from - line, backwards: false });
    if (line >= to - 1) consider({ seq, pass: line - (to - 1), backwards: true });
  }
  return best;
}
