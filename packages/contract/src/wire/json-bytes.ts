const encoder = new TextEncoder();
const [quote, backslash, dash, firstPrintable, lastPrintable] = [34, 92, 45, 32, 126];

/** What each character counts for in a GUID: hexadecimal digits 1, and dashes more than all digits together. */
const counts = new Uint8Array(65_536);
for (const digit of '0123456789abcdefABCDEF') counts[digit.charCodeAt(0)] = 1;
counts[dash] = 64;
/** Of 32 digits and four dashes. */
const wholeGuid = 32 + 4 * 64;
const guidLength = 36;

/** JSON as it grows, in UTF-8: a list of a thousand models is written in half the time that text of such pieces takes. */
export class JsonBytes {
  bytes: Uint8Array<ArrayBuffer>;
  /** So many of `bytes` have been written. */
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Writes what is JSON already. */
  writeBytes(json: Uint8Array): void {
    this.#reserve(json.length);
    const { bytes } = this;
    let at = this.length;
    // Pieces are short: to copy them in one call takes longer.
    for (let index = 0; index < json.length; index += 1) {
      bytes[at] = json[index]!;
      at += 1;
    }
    this.length = at;
  }

  /** Writes what is JSON already. */
  writeJson(json: string): void {
    this.#reserve(json.length * 3);
    this.length += encoder.encodeInto(json, this.bytes.subarray(this.length)).written;
  }

  writeNumber(value: number): void {
    this.#writeAscii(`${value}`);
  }

  writeText(text: string): void {
    this.#reserve(text.length + 2);
    const { bytes } = this;
    let at = this.length;
    bytes[at] = quote;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < firstPrintable || code > lastPrintable || code === quote || code === backslash) {
        this.writeJson(JSON.stringify(text));
        return;
      }
      at += 1;
      bytes[at] = code;
    }
    bytes[at + 1] = quote;
    this.length = at + 2;
  }

  /** Writes a text that the pattern of `z.guid()` lets through, which takes three times as long. @returns whether it is one */
  writeGuid(text: string): boolean {
    if (text.length !== guidLength) return false;
    this.#reserve(guidLength + 2);
    const { bytes } = this;
    let at = this.length;
    let count = 0;
    bytes[at] = quote;
    for (let index = 0; index < guidLength; index += 1) {
      const code = text.charCodeAt(index);
      count += counts[code]!;
      at += 1;
      bytes[at] = code;
    }
    bytes[at + 1] = quote;
    if (count !== wholeGuid) return false;
    for (let place = 8; place <= 23; place += 5) if (text.charCodeAt(place) !== dash) return false;
    this.length = at + 2;
    return true;
  }

  #writeAscii(text: string): void {
    this.#reserve(text.length);
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < text.length; index += 1) {
      bytes[at] = text.charCodeAt(index);
      at += 1;
    }
    this.length = at;
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
