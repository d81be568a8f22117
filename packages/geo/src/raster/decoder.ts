import { promisify } from 'node:util';
import { inflate } from 'node:zlib';

import { BaseDecoder, getDecoder } from 'geotiff';
import type { GeoTIFFImage, Pool } from 'geotiff';

import { JpegDecoder } from './jpeg-decoder.ts';
import { LzwDecoder } from './lzw-decoder.ts';

const inflateAsync = promisify(inflate);
const LZW = 5;
const JPEG = 7;
const DEFLATE = new Set([8, 32946]);
const YCBCR = 6;

type Parameters = ConstructorParameters<typeof BaseDecoder>[0];

/** Node's zlib, which works in threads of its own: 3 ms a tile of a band, where geotiff's JavaScript took 17. */
class NativeInflate extends BaseDecoder {
  /** Values of one band in 16 bits are stored as differences from their neighbours. */
  readonly sums: boolean;

  constructor(parameters: Parameters) {
    const { predictor, bitsPerSample, planarConfiguration } = parameters;
    const bits = typeof bitsPerSample === 'number' ? [bitsPerSample] : Array.from(bitsPerSample);
    const sums =
      predictor === 2 &&
      bits.every((each) => each === 16) &&
      (bits.length === 1 || planarConfiguration === 2);
    super(sums ? { ...parameters, predictor: 1 } : parameters);
    this.sums = sums;
  }

  override async decodeBlock(block: ArrayBufferLike): Promise<ArrayBufferLike> {
    const { tileWidth, tileHeight, bitsPerSample, planarConfiguration } = this.parameters;
    const bits = typeof bitsPerSample === 'number' ? [bitsPerSample] : Array.from(bitsPerSample);
    const pixelBits =
      planarConfiguration === 2 ? Math.max(...bits) : bits.reduce((sum, each) => sum + each, 0);
    const expected = Math.ceil((tileWidth * tileHeight * pixelBits) / 8);
    // One chunk for the whole block, with room to spare: each further one is another way to a thread and back.
    const limits = { chunkSize: expected + 64, maxOutputLength: expected + 64 };
    const packed = new Uint8Array(block);
    const { buffer, byteOffset, byteLength } = await inflateAsync(packed, limits).catch(
      async (error: unknown) => await explain(packed, expected, error),
    );
    if (this.sums) addUp(new Uint16Array(buffer, byteOffset, Math.min(byteLength, expected) >> 1), tileWidth);
    // The room to spare does no harm behind a whole block; of the last strip only what is there may be seen.
    if (byteOffset === 0 && byteLength >= expected) return buffer;
    return buffer.slice(byteOffset, byteOffset + byteLength);
  }
}

/** The bytes of a block are not those that were packed. */
export class CorruptBlockError extends Error {}

/**
 * A block that is whole and only longer than it should be is read by GDAL. Of one that is not, GDAL built without libdeflate
 * (in WebAssembly, for one) makes pixels all the same: it does not look at the checksum behind them.
 */
async function explain(packed: Uint8Array, expected: number, error: unknown): Promise<never> {
  const isWhole =
    (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' &&
    (await inflateAsync(packed, { maxOutputLength: 4 * expected + 2 ** 20 }).then(
      () => true,
      () => false,
    ));
  throw isWhole ? error : new CorruptBlockError((error as Error).message, { cause: error });
}

/** Undoes the differences of rows. */
function addUp(values: Uint16Array, width: number): void {
  for (let row = 0; row < values.length; row += width) {
    const end = Math.min(values.length, row + width);
    let sum = 0;
    for (let index = row; index < end; index++) {
      sum = (sum + (values[index] as number)) & 0xffff;
      values[index] = sum;
    }
  }
}

/** What turns the stored blocks of an image into pixels. */
export async function decoderOf(image: GeoTIFFImage): Promise<BaseDecoder> {
  const directory = image.fileDirectory;
  const compression = directory.getValue('Compression') ?? 1;
  const parameters = {
    tileWidth: image.getTileWidth(),
    tileHeight: image.getTileHeight(),
    predictor: (await directory.loadValue('Predictor')) ?? 1,
    bitsPerSample: await directory.loadValue('BitsPerSample'),
    planarConfiguration: image.planarConfiguration,
    // Each is for one compression alone.
    JPEGTables: await directory.loadValue('JPEGTables'),
    LercParameters: await directory.loadValue('LercParameters'),
  } as Parameters;
  if (DEFLATE.has(compression)) return new NativeInflate(parameters);
  if (compression === LZW) return new LzwDecoder(parameters);
  if (compression === JPEG)
    return new JpegDecoder(parameters, {
      JPEGTables: (await directory.loadValue('JPEGTables')) as Uint8Array | undefined,
      ycbcr: directory.getValue('PhotometricInterpretation') === YCBCR,
    });
  return getDecoder(compression, parameters);
}

/** The decoder of an image in the form in which geotiff takes one. */
export function poolFor(image: GeoTIFFImage, onBlock: () => void = () => undefined): Pool {
  const decoder = decoderOf(image);
  // Awaited where a block comes; until then nobody is to be surprised.
  decoder.catch(() => undefined);
  const bindParameters = (): { decode: (block: ArrayBufferLike) => Promise<ArrayBufferLike> } => ({
    decode: async (block) => {
      const decoded = await (await decoder).decode(block);
      onBlock();
      return decoded;
    },
  });
  // The only call of a pool that is made.
  return { bindParameters } as unknown as Pool;
}
