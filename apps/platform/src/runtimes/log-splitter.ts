/** The longest message kept in one record, in bytes of UTF-8; longer lines are split. */
export const MAX_MESSAGE_BYTES = 65_536;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a stream of bytes into lines. What a progress bar draws over itself with `\r` is dropped as a terminal would:
 * only the last state of a line stays, so that a bar makes one record and not thousands.
 */
export class LogSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** The lines completed by this chunk. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, start);
      if (end === -1) break;
      addLine(lines, bytes.subarray(start, end));
      start = end + 1;
    }
    bytes = lastDrawn(bytes.subarray(start));
    while (bytes.length > MAX_MESSAGE_BYTES) {
      const cut = characterBoundary(bytes, MAX_MESSAGE_BYTES);
      lines.push(toText(bytes.subarray(0, cut)));
      bytes = bytes.subarray(cut);
    }
    // A copy: a view would keep the whole chunk alive.
    this.#rest = Buffer.from(bytes);
    return lines;
  }

  /** The line that was never completed, if any. */
  end(): string[] {
    const lines: string[] = [];
    if (this.#rest.length > 0) addLine(lines, this.#rest);
    this.#rest = Buffer.alloc(0);
    return lines;
  }
}

function addLine(lines: string[], line: Buffer): void {
  let bytes = lastDrawn(line);
  if (bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
  while (bytes.length > MAX_MESSAGE_BYTES) {
    const cut = characterBoundary(bytes, MAX_MESSAGE_BYTES);
    lines.push(toText(bytes.subarray(0, cut)));
    bytes = bytes.subarray(cut);
  }
  lines.push(toText(bytes));
}

/** What stays visible: all after the last `\r` that something follows. */
function lastDrawn(line: Buffer): Buffer {
  let end = line.length;
  while (end > 0 && line[end - 1] === CARRIAGE_RETURN) end -= 1;
  if (end === 0) return line.subarray(0, Math.min(line.length, 1));
  const overdrawn = line.lastIndexOf(CARRIAGE_RETURN, end - 1);
  return line.subarray(overdrawn + 1, Math.min(line.length, end + 1));
}

/** The largest index not above `index` at which no UTF-8 character is cut (invalid bytes are cut anywhere). */
function characterBoundary(bytes: Buffer, index: number): number {
  for (let back = 0; back < 4; back += 1) {
    const byte = bytes[index - back];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return index - back;
  }
  return index;
}

/** Invalid UTF-8 becomes U+FFFD; NUL goes, since no text column holds it. */
function toText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}
