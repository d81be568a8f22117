import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart } from '@aws-sdk/client-s3';

import type { Bucket } from './bucket.ts';

/** Copies within the store: the bytes do not come here. */
export async function copyObject(bucket: Bucket, from: string, to: string): Promise<void> {
  const { client, copyPartBytes, encryption } = bucket;
  const source = bucket.at(from);
  const target = bucket.at(to);
  const CopySource = encodeURI(`${source.Bucket}/${source.Key}`);
  const { ContentLength: size = 0, ETag } = await client.send(new HeadObjectCommand(source));
  if (size <= copyPartBytes) {
    await client.send(new CopyObjectCommand({ ...target, ...encryption, CopySource }));
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ...encryption }));
  try {
    const Parts: CompletedPart[] = [];
    for (let start = 0; start < size; start += copyPartBytes) {
      const PartNumber = Parts.length + 1;
      const { CopyPartResult } = await client.send(
        new UploadPartCopyCommand({
          ...target,
          UploadId,
          PartNumber,
          CopySource,
          CopySourceIfMatch: ETag,
          CopySourceRange: `bytes=${start}-${Math.min(start + copyPartBytes, size) - 1}`,
        }),
      );
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
    }
    await client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
    );
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
}
