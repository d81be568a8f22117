import { createFolderObjects, createS3Objects } from './objects/index.ts';
import type { Objects } from './objects/index.ts';
import { SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';

/** The store of the bytes of files: a bucket where one is set, else a folder. @throws SettingsError */
export async function openObjects(settings: Settings): Promise<Objects> {
  const {
    FUSION_OBJECTS_S3_BUCKET: bucket,
    FUSION_OBJECTS_S3_ENDPOINT: endpoint,
    FUSION_OBJECTS_S3_ACCESS_KEY_ID: accessKeyId,
    FUSION_OBJECTS_S3_SECRET_ACCESS_KEY: secretAccessKey,
    FUSION_OBJECTS_S3_ENCRYPTION: encryption,
    folders,
  } = settings;
  if (bucket === undefined) return await createFolderObjects(folders.objects);
  try {
    return await createS3Objects({
      bucket,
      endpoint,
      prefix: settings.FUSION_OBJECTS_S3_PREFIX,
      region: settings.FUSION_OBJECTS_S3_REGION ?? (endpoint === undefined ? undefined : 'us-east-1'),
      credentials:
        accessKeyId !== undefined && secretAccessKey !== undefined
          ? { accessKeyId, secretAccessKey }
          : undefined,
      pathStyle: settings.FUSION_OBJECTS_S3_PATH_STYLE ?? endpoint !== undefined,
      encryption:
        encryption === 'none'
          ? undefined
          : { kind: encryption, kmsKeyId: settings.FUSION_OBJECTS_S3_KMS_KEY_ID },
      spoolFolder: folders.spool,
    });
  } catch (error) {
    throw new SettingsError([`FUSION_OBJECTS_S3_BUCKET: ${(error as Error).message}`]);
  }
}
