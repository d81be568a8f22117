import { S3Client } from '@aws-sdk/client-s3';

import { segmentsOf } from '../key.ts';
import type { S3Settings } from './settings.ts';

/** What every call to the store shares. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly spoolFolder: string;
  readonly partBytes: number;
  readonly copyPartBytes: number;
  readonly abandonedMilliseconds: number;
  /** What says how an object that is written is encrypted. */
  readonly encryption: {
    readonly ServerSideEncryption?: 'AES256' | 'aws:kms';
    readonly SSEKMSKeyId?: string;
  };
  /** Before every key of ours, with the slash at its end. */
  readonly prefix: string;
  /** Bucket and key of an object, as the client takes them. @throws RangeError for a text that is no key */
  at(key: string): { readonly Bucket: string; readonly Key: string };
}

/** Many more than are stored at once: each download to somebody slow has one for as long as it takes. */
const maxSockets = 1000;

export function openBucket(settings: S3Settings): Bucket {
  const { bucket, endpoint, region, credentials, pathStyle, encryption } = settings;
  const prefix = settings.prefix ? `${settings.prefix.replaceAll(/^\/+|\/+$/g, '')}/` : '';
  return {
    client: new S3Client({
      ...(endpoint ? { endpoint } : {}),
      ...(region ? { region } : {}),
      ...(credentials ? { credentials } : {}),
      ...(pathStyle === undefined ? {} : { forcePathStyle: pathStyle }),
      followRegionRedirects: true,
      maxAttempts: 4,
      // Each body is signed with its SHA-256, which the server compares. Not every server knows Amazon's newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: 10_000,
        socketTimeout: 60_000,
        httpAgent: { keepAlive: true, maxSockets },
        httpsAgent: { keepAlive: true, maxSockets },
      },
    }),
    name: bucket,
    spoolFolder: settings.spoolFolder,
    partBytes: settings.partBytes ?? 16 * 1024 ** 2,
    copyPartBytes: settings.copyPartBytes ?? 4 * 1024 ** 3,
    abandonedMilliseconds: settings.abandonedMilliseconds ?? 24 * 60 * 60 * 1000,
    encryption: encryption
      ? {
          ServerSideEncryption: encryption.kind,
          ...(encryption.kmsKeyId ? { SSEKMSKeyId: encryption.kmsKeyId } : {}),
        }
      : {},
    prefix,
    at: (key) => ({ Bucket: bucket, Key: `${prefix}${segmentsOf(key).join('/')}` }),
  };
}
