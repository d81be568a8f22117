/**
 * What a runtime of one machine needs of the object store: to place an object as a file, and to store a file. The platform
 * gives it one that knows the store; a runtime knows neither buckets nor the store's folder.
 */
export interface StagingObjects {
  /**
   * Makes `path`, which is not there, a file with the bytes of the object.
   * @param options.readOnly nobody can write to the file through this path, so the very bytes of the store may be shown
   * @throws when there is no such object, or its bytes are damaged; nothing is left at `path` then
   */
  place(
    key: string,
    path: string,
    options: { readonly readOnly: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<void>;
  /**
   * Stores a file durably. Storing the same again under the same key does no harm.
   * @param options.final nobody can write to the file any more, so its very bytes may be kept instead of a copy
   */
  store(
    key: string,
    path: string,
    options: { readonly final: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<{ readonly size: number; readonly sha256: string }>;
}
