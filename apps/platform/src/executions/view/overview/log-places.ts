/** What is known of where lines of a log are. Lines are only added, each behind those before it, so it stays true. */
interface Known {
  /** So many lines, up to this place in the table, are counted for good. */
  settled: { readonly lines: number; readonly seq: number };
  /** Places in the table by line, from 0. */
  readonly anchors: Map<number, number>;
}

/** Where to begin to look for a line, and how many lines to pass over from there. */
export interface Start {
  readonly seq: number | undefined;
  readonly pass: number;
  readonly backwards: boolean;
}

const mostLogs = 100;
const mostAnchors = 1000;

/**
 * Remembers how long logs are and where their lines are. To count a million lines takes the embedded database a third of a
 * second, in which it does nothing else, and a page that shows a log asks again and again.
 */
export class LogPlaces {
  readonly #logs = new Map<string, Known>();

  of(key: string): Known {
    const known = this.#logs.get(key) ?? { settled: { lines: 0, seq: 0 }, anchors: new Map() };
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

/** Of two who counted at once, whoever came further is right. */
export function settle(known: Known, lines: number, seq: number): void {
  if (seq > known.settled.seq) known.settled = { lines, seq };
}

/** Only lines that are counted for good have a number that stays. */
export function noteAnchor({ settled, anchors }: Known, line: number, seq: number): void {
  if (line >= settled.lines) return;
  anchors.set(line, seq);
  for (const oldest of anchors.keys()) {
    if (anchors.size <= mostAnchors) break;
    anchors.delete(oldest);
  }
}

/** The nearest place from which lines `from` to before `to` of so many can be reached. */
export function startFor({ anchors }: Known, from: number, to: number, total: number): Start {
  let best: Start = { seq: undefined, pass: from, backwards: false };
  const consider = (start: Start): void => {
    if (start.pass < best.pass) best = start;
  };
  consider({ seq: undefined, pass: total - to, backwards: true });
  for (const [line, seq] of anchors) {
    if (line <= from) consider({ seq, pass: from - line, backwards: false });
    if (line >= to - 1) consider({ seq, pass: line - (to - 1), backwards: true });
  }
  return best;
}

/** The last known line at or before a place in the table. */
export function anchorBefore(
  { anchors }: Known,
  seq: number,
): { readonly line: number; readonly seq: number } {
  let best = { line: 0, seq: 0 };
  for (const [line, at] of anchors) if (at <= seq && at > best.seq) best = { line, seq: at };
  return best;
}
