import { gzipSync } from 'node:zlib';

import { Header } from 'tar';

type HeaderData = NonNullable<ConstructorParameters<typeof Header>[0]>;

export interface Member extends Exclude<HeaderData, Buffer> {
  readonly path: string;
  readonly content?: string | Buffer;
}

/** A tar.gz of whatever members are asked for, sound or not. */
export function archiveOf(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ content = '', ...header }) => {
    const bytes = Buffer.from(content);
    const block = Buffer.alloc(512);
    const needsPax = new Header({ mode: 0o644, type: 'File', size: bytes.length, ...header }).encode(
      block,
      0,
    );
    if (needsPax) throw new Error(`${header.path} does not fit a header`);
    return [block, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
