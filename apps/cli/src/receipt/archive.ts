import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

import { extract, pack } from 'tar-stream';

import { usageError } from '../errors/index.ts';
import { manifestName } from './format.ts';
import type { Manifest } from './format.ts';

export type Member = Manifest['members'][number];

/** Writes an archive member by member: a gzipped tar that ends with the checksums of all others. */
export class ArchiveWriter {
  readonly #pack = pack();
  readonly #temporary: string;
  readonly #written: Promise<void>;
  readonly #members: Member[] = [];
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.part`;
    this.#written = pipeline(this.#pack, createGzip({ level: 1 }), createWriteStream(this.#temporary));
    this.#written.catch(() => undefined);
  }

  async text(path: string, text: string): Promise<Member> {
    const bytes = Buffer.from(text);
    return await this.stream(path, bytes.length, Readable.from([bytes]));
  }

  /** @throws Error when the source has not as many bytes as was said */
  async stream(path: string, size: number, source: AsyncIterable<Uint8Array>): Promise<Member> {
    const hash = createHash('sha256');
    await pipeline(source, hashing(hash), this.#pack.entry({ name: path, size, mode: 0o644 }));
    const member = { path, size, sha256: hash.digest('hex') };
    this.#members.push(member);
    return member;
  }

  async finish(): Promise<void> {
    const manifest: Manifest = { algorithm: 'sha256', members: this.#members };
    this.#pack.entry({ name: manifestName }, `${JSON.stringify(manifest, null, 2)}\n`);
    this.#pack.finalize();
    await this.#written;
    await rename(this.#temporary, this.#path);
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    this.#pack.destroy();
    await this.#written.catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }
}

const hashing = (hash: Hash): Transform =>
  new Transform({
    transform: (chunk: Uint8Array, _, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });

export interface Entry {
  readonly path: string;
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Goes through the members of an archive. What is not taken of one is passed over. */
export async function readArchive(path: string, visit: (entry: Entry) => Promise<void>): Promise<void> {
  const unpacked = extract();
  const fed = pipeline(createReadStream(path), createGunzip(), unpacked);
  fed.catch(() => undefined);
  try {
    for await (const entry of unpacked) {
      const { name, size, type } = entry.header;
      if (type !== 'file') throw new Error(`${name} is no file`);
      await visit({ path: safePath(name), size, bytes: chunksOf(entry as AsyncIterable<Uint8Array>) });
      entry.resume();
    }
    await fed;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).path !== undefined) throw error;
    if (error instanceof Error && error.name === 'CliError') throw error;
    throw usageError(`${path} is no whole receipt: ${(error as Error).message}`);
  }
}

/** A member that breaks off ends with an error by this way alone: as a stream it would never end. */
async function* chunksOf(entry: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* entry;
}

/** No member leads out of the folder that it is unpacked into. */
function safePath(name: string): string {
  const parts = name.split('/');
  if (name.startsWith('/') || name.includes('\\') || parts.some((part) => part === '..' || part === ''))
    throw new Error(`it has a member with the unsafe path ${JSON.stringify(name)}`);
  return name;
}

/** Unpacks an archive into a folder, with the checksum of each member. */
export async function unpackArchive(path: string, folder: string): Promise<ReadonlyMap<string, Member>> {
  const members = new Map<string, Member>();
  await readArchive(path, async (entry) => {
    const target = join(folder, entry.path);
    await mkdir(dirname(target), { recursive: true });
    const hash = createHash('sha256');
    await pipeline(entry.bytes, hashing(hash), createWriteStream(target, { flags: 'wx' }));
    members.set(entry.path, { path: entry.path, size: entry.size, sha256: hash.digest('hex') });
  });
  return members;
}

/** The checksum of each member, without unpacking; texts that are wanted are kept. */
export async function checkArchive(
  path: string,
  wanted: readonly string[],
): Promise<{ readonly members: ReadonlyMap<string, Member>; readonly texts: ReadonlyMap<string, string> }> {
  const members = new Map<string, Member>();
  const texts = new Map<string, string>();
  await readArchive(path, async (entry) => {
    const hash = createHash('sha256');
    const keep = wanted.includes(entry.path);
    const kept: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of entry.bytes) {
      hash.update(chunk);
      size += chunk.byteLength;
      if (keep) kept.push(chunk);
    }
    members.set(entry.path, { path: entry.path, size, sha256: hash.digest('hex') });
    if (keep) texts.set(entry.path, Buffer.concat(kept).toString('utf8'));
  });
  return { members, texts };
}
