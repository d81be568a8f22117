import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { BaseDecoder } from 'geotiff';

type Parameters = ConstructorParameters<typeof BaseDecoder>[0];

interface Codec {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  getFrameInfo(): { readonly componentCount: number };
  delete(): void;
}

type Factory = (settings: object) => Promise<{ JPEGDecoder: new () => Codec }>;

let started: Promise<{ JPEGDecoder: new () => Codec }> | undefined;

function start(): Promise<{ JPEGDecoder: new () => Codec }> {
  const require = createRequire(import.meta.url);
  const script = require.resolve('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs');
  const factory = require(script) as Factory;
  return factory({
    locateFile: (name: string) => join(dirname(script), name),
    print: () => undefined,
    printErr: () => undefined,
  });
}

interface JpegParameters {
  /** The tables that the blocks have in common, a stream of their own. */
  readonly JPEGTables?: Uint8Array | undefined;
  /** Colours are stored as brightness and differences, and wanted as red, green and blue. */
  readonly ycbcr: boolean;
}

/** JPEG in TIFF (technical note 2) by libjpeg-turbo, as GDAL has it; geotiff's own decoder leaves YCbCr as it is. */
export class JpegDecoder extends BaseDecoder {
  readonly #tables: Uint8Array;
  readonly #ycbcr: boolean;

  constructor(parameters: Parameters, { JPEGTables, ycbcr }: JpegParameters) {
    super(parameters);
    this.#tables = JPEGTables === undefined ? new Uint8Array() : new Uint8Array(JPEGTables).subarray(2, -2);
    this.#ycbcr = ycbcr;
  }

  override async decodeBlock(block: ArrayBufferLike): Promise<ArrayBufferLike> {
    const { JPEGDecoder } = await (started ??= start());
    // The marker of Adobe says what the colours are, of which TIFF's own tag is not in the stream.
    const adobe = Uint8Array.of(
      0xff,
      0xee,
      0,
      14,
      65,
      100,
      111,
      98,
      101,
      0,
      100,
      0,
      0,
      0,
      0,
      this.#ycbcr ? 1 : 0,
    );
    const rest = new Uint8Array(block).subarray(2);
    const parts = [Uint8Array.of(0xff, 0xd8), adobe, this.#tables, rest];
    const codec = new JPEGDecoder();
    try {
      const into = codec.getEncodedBuffer(parts.reduce((sum, part) => sum + part.length, 0));
      let offset = 0;
      for (const part of parts) {
        into.set(part, offset);
        offset += part.length;
      }
      decode(codec);
      return codec.getDecodedBuffer().slice().buffer;
    } finally {
      codec.delete();
    }
  }
}

function decode(codec: Codec): void {
  try {
    codec.decode();
  } catch (cause) {
    // What it throws are pointers into its own memory.
    throw new Error('a block of JPEG cannot be decoded', { cause });
  }
}
