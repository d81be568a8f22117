import { sha256 } from '@noble/hashes/sha2.js';

import { TransferError } from '../errors/index.ts';
import type { OpenedSource, PutAnswer, PutRequest, Runtime } from './runtime.ts';

export const runtime: Runtime = {
  hasFileSystem: false,
  openFile: async () => await noFileSystem(),
  keepStream,
  writeFile: async () => await noFileSystem(),
  finishFile: async () => await noFileSystem(),
  readPartial: async () => await noFileSystem(),
  put,
  // The browser's own digest takes no stream and is missing in a page that came without HTTPS.
  sha256: () => {
    const hash = sha256.create();
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => btoa(String.fromCharCode(...hash.digest())),
      close: () => undefined,
    };
  },
};

/** A browser keeps a Blob where it likes, on the disk too. */
async function keepStream(name: string, stream: ReadableStream<Uint8Array>): Promise<OpenedSource> {
  const blob = await new Response(stream).blob();
  return {
    name,
    size: blob.size,
    repeatable: true,
    stream: ({ from = 0 } = {}) => blob.slice(from).stream(),
    blob,
  };
}

async function noFileSystem(): Promise<never> {
  throw new Error('a browser has no file system');
}

/** `fetch` tells no upload progress in browsers; an XMLHttpRequest does. */
async function put({ url, source, signal, onBytes, added }: PutRequest): Promise<PutAnswer> {
  const whole = source.blob ?? (await new Response(source.stream()).blob());
  if (whole.size !== source.size) {
    const found = `there are ${whole.size} bytes to upload instead of ${source.size}`;
    throw new TransferError('wrong_length', source.name, found);
  }
  return await new Promise<PutAnswer>((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    const settle = (end: () => void): void => {
      signal.removeEventListener('abort', abort);
      end();
    };
    const from = added?.from ?? 0;
    request.open(added ? 'PATCH' : 'PUT', url);
    for (const [name, value] of Object.entries(added?.headers ?? {})) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded }) => onBytes(from + loaded));
    request.addEventListener('load', () => {
      const { status, responseText: text } = request;
      settle(() => resolve({ status, headers: headersOf(request.getAllResponseHeaders()), text }));
    });
    request.addEventListener('error', () => settle(() => reject(new TypeError('the upload failed'))));
    request.addEventListener('abort', () => settle(() => reject(signal.reason as Error)));
    signal.addEventListener('abort', abort, { once: true });
    // Without a type no content type is sent: a signed address may not allow for one.
    request.send(whole.slice(from, whole.size, ''));
  });
}

function headersOf(text: string): Headers {
  const headers = new Headers();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}
