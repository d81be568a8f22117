import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

import type { S3Server } from '../../e2e/support/s3.ts';

/** Makes a bucket, and gives the settings of a platform that keeps its objects in it. */
export async function bucketSettings(s3: S3Server): Promise<Record<string, string>> {
  const { endpoint, accessKeyId, secretAccessKey } = s3;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: 'objects' }));
  client.destroy();
  return {
    FUSION_OBJECTS_S3_BUCKET: 'objects',
    FUSION_OBJECTS_S3_ENDPOINT: endpoint,
    FUSION_OBJECTS_S3_ACCESS_KEY_ID: accessKeyId,
    FUSION_OBJECTS_S3_SECRET_ACCESS_KEY: secretAccessKey,
  };
}
