/** Where the bucket is and how it is spoken to. */
export interface S3Settings {
  readonly bucket: string;
  /** Before every key, without a slash at its end; none by default. */
  readonly prefix?: string | undefined;
  /** An S3-compatible server instead of Amazon's. */
  readonly endpoint?: string | undefined;
  /** By default what the AWS SDK finds in its environment and files. */
  readonly region?: string | undefined;
  /** By default the AWS SDK's chain: environment, files, the role of the machine. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Whether the bucket stands in the path of the address instead of in its host. */
  readonly pathStyle?: boolean | undefined;
  readonly encryption?:
    | { readonly kind: 'AES256' | 'aws:kms'; readonly kmsKeyId?: string | undefined }
    | undefined;
  /** A folder of this platform alone, for the parts that are on their way. It is emptied. */
  readonly spoolFolder: string;
  /** Bytes of a part: at least 5 MiB, and more where an object would have too many. Default 16 MiB. */
  readonly partBytes?: number | undefined;
  /** From which size on an object is copied in parts. Default 4 GiB: S3 copies 5 GiB at once at most. */
  readonly copyPartBytes?: number | undefined;
  /** After how long what nobody has finished is taken to be left by a platform that was killed. Default a day. */
  readonly abandonedMilliseconds?: number | undefined;
}
