import { AnalysisError } from '../findings/index.ts';
import type { GdalError } from '../gdal/index.ts';

/** GDAL in WebAssembly is built without some of what TIFF can be packed with, and native tools may be. */
export function lacksCodec({ stderr }: GdalError): boolean {
  return /missing codec|not configured|is not supported|support (is )?not (available|compiled)|Compression algorithm does not support|not recognized as/i.test(
    stderr,
  );
}

/** Whether it was the pixels that GDAL could not read, and not the output that it could not write. */
export function isUnreadable(error: GdalError): boolean {
  return (
    !lacksCodec(error) &&
    /TIFFReadEncoded|TIFFFill|IReadBlock failed|Read error|not yet in table|Decoding error|Decode:/i.test(
      error.stderr,
    )
  );
}

/** The words of GDAL for a file that it cannot read. */
export function damagedFor(error: GdalError, fileName: string, what: string): AnalysisError {
  const [line = ''] = error.stderr.split('\n').filter((text) => text.startsWith('ERROR'));
  const said = line
    .replace(/^ERROR \d+: /, '')
    // Where the file lies on this machine concerns nobody.
    .replaceAll(/(?:\/[^\s/:,]+)+\/?/g, '')
    .replace(/^[:,\s]+/, '')
    .slice(0, 200);
  if (/can ?not handle|unsupported/i.test(said))
    return new AnalysisError(
      'unsupported',
      `${fileName} is ${what} of a kind that GDAL does not read (${said}). Save it in another one`,
      { cause: error },
    );
  return new AnalysisError(
    'damaged',
    `${fileName} cannot be read as ${what}: it is damaged or cut off (${said || error.code}). Export it again`,
    { cause: error },
  );
}
