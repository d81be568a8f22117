import { createReadStream } from 'node:fs';

import { AnalysisError } from '../findings/index.ts';

interface Declared {
  readonly width: number;
  readonly height: number;
  /** As GDAL names it: 32 bits of an integer where no number of the first ones has a point. */
  readonly type: string | undefined;
}

/**
 * What GDAL would let pass of an ASCII grid: it takes zero for numbers that are missing at the end, and another number for
 * one that 32 bits do not hold.
 * @throws {AnalysisError}
 */
export async function checkAsciiGrid(path: string, declared: Declared, fileName: string): Promise<void> {
  const { width, height, type } = declared;
  const words = new Words();
  for await (const chunk of createReadStream(path)) {
    const beyond = words.add(chunk as Buffer);
    if (beyond !== null && type === 'Int32') throw beyondBits(fileName, beyond);
  }
  const last = words.end();
  if (last !== null && type === 'Int32') throw beyondBits(fileName, last);
  if (words.count < width * height)
    throw new AnalysisError(
      'damaged',
      `${fileName} is cut off: it declares ${width} x ${height} values and holds ${words.count}. Export it again`,
    );
}

const beyondBits = (fileName: string, digits: string): AnalysisError =>
  new AnalysisError(
    'unsupported',
    `${fileName} holds the integer ${digits}, which the 32 bits do not hold that an ASCII grid of integers is read with. Save it as a GeoTIFF`,
  );

const [SPACE, PLUS, MINUS, NINE, ZERO] = [32, 43, 45, 57, 48];
const LONGEST = 40;

/** Counts the values below the head of a grid, and looks for integers that 32 bits do not hold. */
class Words {
  count = 0;
  #word = '';
  #length = 0;
  #whole = true;
  /** A name in the head, whose value is no number of the grid. */
  #named = false;

  /** @returns such an integer */
  add(bytes: Buffer): string | null {
    let found: string | null = null;
    for (const byte of bytes) {
      if (byte <= SPACE) {
        if (this.#length > 0) found ??= this.end();
        continue;
      }
      this.#length += 1;
      if (this.#length <= LONGEST) this.#word += String.fromCharCode(byte);
      this.#whole &&=
        (byte >= ZERO && byte <= NINE) || (this.#length === 1 && (byte === PLUS || byte === MINUS));
    }
    return found;
  }

  end(): string | null {
    if (this.#length === 0) return null;
    const [word, whole] = [this.#word, this.#whole];
    [this.#word, this.#length, this.#whole] = ['', 0, true];
    if (this.#named) {
      this.#named = false;
      return null;
    }
    // Whatever the head holds comes before the first number.
    if (this.count === 0 && HEAD.test(word)) {
      this.#named = true;
      return null;
    }
    this.count += 1;
    return whole && word.length > 9 && (Number(word) > 2 ** 31 - 1 || Number(word) < -(2 ** 31))
      ? word
      : null;
  }
}

const HEAD = /^(ncols|nrows|[xy]ll(corner|center)|cellsize|d[xy]|nodata_value)$/i;
