/** Stores a stream without an end in the bucket that it is told, and says when parts of it are on their way. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import { createS3Objects } from '../s3/index.ts';
import type { S3Settings } from '../s3/index.ts';

const settings = JSON.parse(process.argv[2]!) as S3Settings;
const objects = await createS3Objects(settings);
const piece = randomBytes(100_000);
async function* endless(): AsyncGenerator<Buffer> {
  for (let sent = 0; ; sent += piece.length) {
    if (sent > (settings.partBytes ?? 0) * 4) console.log(sent);
    yield piece;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
await objects.put('uploads/a', Readable.from(endless()));
