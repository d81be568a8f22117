import { getDecoder } from 'geotiff';

interface Asked {
  readonly compression: number;
  readonly decoderParameters: never;
  readonly buffer: ArrayBuffer;
}

/** Unpacks pieces of rasters beside the page, in the way that geotiff's pool asks for it. */
globalThis.addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  const { compression, decoderParameters, buffer, ...rest } = data;
  const work = async (): Promise<void> => {
    try {
      const decoder = await getDecoder(compression, decoderParameters);
      const decoded = (await decoder.decode(buffer)) as ArrayBuffer;
      globalThis.postMessage({ decoded, ...rest }, { transfer: [decoded] });
    } catch (error) {
      globalThis.postMessage({ error: String(error), ...rest });
    }
  };
  void work();
});
