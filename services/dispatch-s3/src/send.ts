import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { DispatchRefusal, ServiceError, TransientError } from '@fusion-platform/service-kit';
import type { Job, Kit } from '@fusion-platform/service-kit';

import { keyOf } from './key.ts';

const leastPartBytes = 5 * 1024 ** 2;

/**
 * Puts the outputs of a component into an S3 bucket, a file an object, streamed.
 * @throws DispatchRefusal for what the bucket refuses (keys, rights, names); TransientError for what may pass
 */
export async function sendOutputs(job: Job, kit: Kit): Promise<void> {
  const text = (name: string): string | undefined => kit.option(name, 'string') ?? undefined;
  const bucket = text('bucket') ?? kit.refuse('There is no bucket to send to');
  const format = text('s3_key_format') ?? kit.refuse('There is no s3_key_format');
  const kmsKeyId = text('kms_key_id');
  const client = clientOf(kit, text);
  const files = job.inputs.flatMap(({ number, title }) =>
    kit.input(number).map((file) => ({ file, number, name: title ?? String(number) })),
  );
  // All keys before the first byte: a wrong format sends nothing at all.
  const objects = files.map(({ file, number, name }) => ({
    file,
    key: keyOf(format, {
      sender: job.service,
      dispatch: kit.dispatch,
      output: number,
      outputName: kit.dispatch.outputs.find(({ input }) => input === number)?.name ?? name,
      fileName: file.name,
    }),
  }));
  const twice = objects.find(({ key }, index) => objects.findIndex((other) => other.key === key) !== index);
  if (twice)
    kit.refuse(`Several files would be sent to the key ${twice.key}: have {file_name} in s3_key_format`);
  try {
    for (const [index, { file, key }] of objects.entries()) {
      kit.signal.throwIfAborted();
      const { size } = await stat(file.path);
      const upload = new Upload({
        client,
        // S3 takes at most 10,000 parts; a few of them are in memory at a time.
        partSize: Math.max(leastPartBytes, Math.ceil(size / 9000)),
        params: {
          Bucket: bucket,
          Key: key,
          Body: createReadStream(file.path),
          ...(kmsKeyId ? { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKeyId } : {}),
        },
      });
      const abort = (): void => void upload.abort();
      kit.signal.addEventListener('abort', abort, { once: true });
      await upload.done().finally(() => kit.signal.removeEventListener('abort', abort));
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      if (head.ContentLength !== size)
        throw new TransientError(`${key} has ${head.ContentLength} bytes in the bucket instead of ${size}`);
      const to = `s3://${bucket}/${key}`;
      kit.dispatched({
        file: file.name,
        to,
        size,
        at: new Date().toISOString(),
        ...(head.ETag ? { etag: head.ETag } : {}),
      });
      kit.log(`Sent ${file.name} to ${to}, ${size} bytes`);
      kit.progress(((index + 1) / objects.length) * 100);
    }
  } catch (error) {
    throw asFault(error, bucket);
  } finally {
    client.destroy();
  }
}

function clientOf(kit: Kit, text: (name: string) => string | undefined): S3Client {
  const endpoint = kit.setting('FUSION_S3_ENDPOINT', '') || undefined;
  const accessKeyId = text('access_key_id') ?? kit.refuse('There is no access_key_id');
  const secretAccessKey = text('secret_access_key') ?? kit.refuse('There is no secret_access_key');
  const sessionToken = text('session_token');
  return new S3Client({
    region: kit.setting('FUSION_S3_REGION', 'us-east-1'),
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    followRegionRedirects: true,
    maxAttempts: 4,
    ...(endpoint
      ? {
          endpoint,
          forcePathStyle: kit.setting('FUSION_S3_FORCE_PATH_STYLE', 'true') === 'true',
          // Other servers than Amazon's do not all know its newer checksums.
          requestChecksumCalculation: 'WHEN_REQUIRED' as const,
        }
      : {}),
  });
}

/** What the bucket says by its status: 4xx is a refusal, but for "slow down" and time-outs; everything else may pass. */
function asFault(error: unknown, bucket: string): unknown {
  if (error instanceof ServiceError) return error;
  const { $metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name?: string };
  const status = $metadata?.httpStatusCode;
  const message = error instanceof Error ? error.message : String(error);
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return new DispatchRefusal(`The bucket ${bucket} refuses the files: ${name ?? ''} ${message}`.trim());
  if (status !== undefined || (error instanceof Error && 'code' in error))
    return new TransientError(`The bucket ${bucket} cannot be reached now: ${message}`);
  return error;
}
