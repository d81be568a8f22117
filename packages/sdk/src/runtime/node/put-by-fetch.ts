import type { PutAnswer, PutRequest } from '../runtime.ts';
import { Counted } from './counted.ts';

export async function putByFetch({
  url,
  source,
  fetch,
  signal,
  onBytes,
  added,
}: PutRequest & { readonly fetch: typeof globalThis.fetch }): Promise<PutAnswer> {
  const counted = new Counted(source, added);
  let sha256: string | undefined;
  const body = source.stream(added && { from: added.from }).pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        for (const piece of counted.cut(chunk)) {
          onBytes(counted.sent);
          controller.enqueue(piece);
        }
      },
      flush: () => void (sha256 = counted.end()),
    }),
  );
  const response = await fetch(url, {
    method: added ? 'PATCH' : 'PUT',
    // Without it the body would go out in chunks, which stores with signed addresses refuse.
    headers: { ...added?.headers, 'content-length': String(source.size - (added?.from ?? 0)) },
    body,
    duplex: 'half',
    signal,
  } as RequestInit);
  const { status, headers } = response;
  return { status, headers, text: await response.text(), ...(sha256 === undefined ? {} : { sha256 }) };
}
