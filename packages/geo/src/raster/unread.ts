import type { GeoTIFFImage } from 'geotiff';

// None, LZW, JPEG, DEFLATE (twice numbered), PackBits, LERC, Zstandard.
const COMPRESSIONS = new Set([1, 5, 7, 8, 32773, 32946, 34887, 50000]);
const JPEG = 7;
const YCBCR = 6;
const MASK = 4;
// Grey from white or from black, colours, palette, mask.
const PHOTOMETRICS = new Set([0, 1, 2, 3, MASK]);
const [INTEGER, SIGNED, FLOAT] = [1, 2, 3];

/**
 * What keeps an image from being read here, block by block: it is left to GDAL then, which knows every kind of TIFF.
 * Null for the plain kinds, which most files are of and all that this platform writes. Words that go on after the name
 * of the file.
 */
export async function whyUnread(image: GeoTIFFImage): Promise<string | null> {
  const directory = image.fileDirectory;
  const photometric = directory.getValue('PhotometricInterpretation') ?? 1;
  const compression = directory.getValue('Compression') ?? 1;
  if (!COMPRESSIONS.has(compression)) return `is packed with TIFF compression ${compression}`;
  const samples = image.getSamplesPerPixel();
  const bits = Array.from({ length: Math.min(samples, 64) }, (_, band) => image.getBitsPerSample(band));
  const formats = bits.map((_, band) => image.getSampleFormat(band));
  const [width = 0, format = 0] = [bits[0], formats[0]];
  if (bits.some((each) => each !== width) || formats.some((each) => each !== format))
    return 'has bands of several kinds';
  if (!holds(format, width) && !(width === 1 && photometric === MASK))
    return `holds ${format === FLOAT ? 'floating-point numbers' : 'numbers'} of ${width} bits`;
  if (!image.littleEndian) return 'is a big-endian TIFF';
  if (((await directory.loadValue('FillOrder')) ?? 1) !== 1) return 'has its bits in reverse order';
  if (!PHOTOMETRICS.has(photometric) && !(photometric === YCBCR && compression === JPEG))
    return `is in the colour space ${photometric} of TIFF`;
  if (
    compression === JPEG &&
    (width !== 8 || (samples !== 1 && (samples !== 3 || image.planarConfiguration === 2)))
  )
    return `holds ${samples} bands of ${width} bits as JPEG`;
  return whyPredicted((await directory.loadValue('Predictor')) ?? 1, format, width);
}

function holds(format: number, bits: number): boolean {
  if (format === FLOAT) return bits === 32 || bits === 64;
  return (format === INTEGER || format === SIGNED) && (bits === 8 || bits === 16 || bits === 32);
}

function whyPredicted(predictor: number, format: number, bits: number): string | null {
  const fits = predictor === 1 || (predictor === 2 && bits <= 32) || (predictor === 3 && format === FLOAT);
  return fits ? null : `has the predictor ${predictor} on numbers of ${bits} bits`;
}
