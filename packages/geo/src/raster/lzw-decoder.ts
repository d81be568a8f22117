import { BaseDecoder } from 'geotiff';

const CLEAR = 256;
const END = 257;
const FIRST = 258;
const MOST_CODES = 4096;

/**
 * LZW as TIFF 6.0 has it (section 13). It says where a block is damaged; geotiff's own decoder makes numbers of whatever
 * it finds.
 */
export class LzwDecoder extends BaseDecoder {
  override decodeBlock(block: ArrayBufferLike): ArrayBufferLike {
    const { tileWidth, tileHeight, bitsPerSample, planarConfiguration } = this.parameters;
    const bits = typeof bitsPerSample === 'number' ? [bitsPerSample] : Array.from(bitsPerSample);
    const pixel = planarConfiguration === 2 ? Math.max(...bits) : bits.reduce((sum, each) => sum + each, 0);
    return unpack(new Uint8Array(block), Math.ceil((tileWidth * pixel) / 8) * tileHeight);
  }
}

/**
 * @param most bytes that are wanted, less of a strip at the end; what follows is not looked at
 * @throws for a code that stands for nothing
 */
function unpack(bytes: Uint8Array, most: number): ArrayBuffer {
  if (bytes[0] === 0 && ((bytes[1] ?? 0) & 1) === 1)
    throw new Error('its LZW is of the kind before TIFF 6.0');
  const output = new Uint8Array(most);
  // A code from 258 on stands for the text of an earlier one and the byte that came after it: for a part of the output.
  const starts = new Int32Array(MOST_CODES);
  const lengths = new Int32Array(MOST_CODES);
  let [size, next, filled, lastStart, lastLength] = [9, FIRST, 0, 0, 0];
  let [buffer, held, at] = [0, 0, 0];
  while (filled < most) {
    while (held < size && at < bytes.length) {
      buffer = ((buffer << 8) | (bytes[at++] as number)) & 0xff_ffff;
      held += 8;
    }
    if (held < size) break;
    held -= size;
    const code = (buffer >> held) & ((1 << size) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      [size, next, lastLength] = [9, FIRST, 0];
      continue;
    }
    if (lastLength > 0 && next < MOST_CODES) {
      starts[next] = lastStart;
      lengths[next++] = lastLength + 1;
    }
    if (code >= next) throw new Error('a block of it has a code of LZW that is not yet in the table');
    lastStart = filled;
    if (code < CLEAR) output[filled++] = code;
    else {
      const from = starts[code] as number;
      const end = Math.min(most, filled + (lengths[code] as number));
      // Byte by byte: the newest text goes on into what is written here.
      for (let index = from; filled < end; index++) output[filled++] = output[index] as number;
    }
    lastLength = filled - lastStart;
    // The width grows one code early.
    if (next >= (1 << size) - 1 && size < 12) size += 1;
  }
  return filled === most ? output.buffer : output.buffer.slice(0, filled);
}
