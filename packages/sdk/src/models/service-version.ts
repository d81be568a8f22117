import { calls, ServiceVersion as definition } from '@fusion-platform/contract';

import { perform } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import { downloadBytes, openSources, uploadFile } from '../transfers/index.ts';
import type { FileSource } from '../transfers/index.ts';
import type { CallOptions } from './base-model.ts';
import { performExtension } from './extension-call.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';
import type { TransferProgress } from './progress.ts';

/** A version of a service to publish: the archive of its folder, or a description that names an image. */
export interface NewServiceVersion extends CallOptions {
  /** The text of service.yaml. */
  readonly serviceFile: string;
  /** A tar.gz of the folder, service.yaml included. Left out for an image. */
  readonly archive?: FileSource | undefined;
  /** The ids of the organisations that may run it besides the own one; null for all. As service.yaml says unless given. */
  readonly organisations?: readonly string[] | null | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

const Base: ModelClass<typeof definition, 'get'> = modelClass({
  definition,
  get: calls.getServiceVersion,
  params: ({ id, organisation_id }) => ({ organisation_id, service_version_id: id }),
});

/** A version of a service that was published. `organisation_id` is whose it is. */
export class ServiceVersion extends Base {
  /** The organisation in whose name calls are made. Where somebody approves it, that is another one than its own. */
  readonly #asker: string;

  constructor(
    connection: Connection,
    held: ConstructorParameters<typeof Base>[1],
    asker = held.organisation_id ?? '',
  ) {
    super(connection, held);
    this.#asker = asker;
  }

  /** @internal */
  static async publish(
    connection: Connection,
    organisationId: string,
    { serviceFile, archive, organisations, onProgress, signal }: NewServiceVersion,
    exists: () => Promise<unknown>,
  ): Promise<ServiceVersion> {
    const params = { organisation_id: organisationId };
    let what: { readonly upload: string } | { readonly service_file: string } = { service_file: serviceFile };
    if (archive !== undefined) {
      const [source] = await openSources([archive]);
      const { name, size } = source!;
      try {
        const body = { service_file: serviceFile, size };
        const { extras } = await performExtension(
          connection,
          calls.addServiceArchive,
          { params, body, signal },
          exists,
        );
        await uploadFile(connection, { url: extras.url }, source!, {
          signal,
          onBytes: (bytes) => onProgress?.({ name, bytes, size }),
        });
        what = { upload: extras.upload };
      } finally {
        await source!.close?.().catch(() => undefined);
      }
    }
    const body = {
      ...what,
      ...(organisations === undefined ? {} : { organisations: organisations && [...organisations] }),
    };
    const { model } = await performExtension(
      connection,
      calls.publishService,
      { params, body, signal },
      exists,
    );
    return new ServiceVersion(connection, model, organisationId);
  }

  protected override params(): Readonly<Record<string, string | undefined>> {
    return { organisation_id: this.#asker, service_version_id: this.id };
  }

  /** A fresh signed address of the archive of its folder. @throws ConflictError for an image */
  async archiveUrl({ signal }: CallOptions = {}): Promise<string> {
    const input = { params: this.params(), signal };
    const { extras } = await perform(this.connection, calls.downloadServiceArchive, input);
    return extras.url;
  }

  /**
   * The archive of its folder, a tar.gz: resumed where the connection breaks, and checked by length and checksum before
   * its last bytes count.
   * @throws TransferError; ConflictError for an image
   */
  archive({
    onProgress,
    signal,
  }: CallOptions & { readonly onProgress?: (progress: TransferProgress) => void } = {}): AsyncGenerator<
    Uint8Array,
    void,
    undefined
  > {
    const name = `${this.name}.tar.gz`;
    return downloadBytes(this.connection, {
      name,
      address: async (inner) => await this.archiveUrl({ signal: inner }),
      onBytes: (bytes, size) => onProgress?.({ name, bytes, size }),
      signal,
    });
  }

  /** Approves it: it is offered to the organisations that it names, or to all. @throws PermissionError for who may not approve; ConflictError */
  async approve({ signal }: CallOptions = {}): Promise<this> {
    const input = { params: this.params(), signal };
    this.loadAnswer(await perform(this.connection, calls.approveServiceVersion, input));
    return this;
  }

  /** Withdraws it, which is final: nothing new runs with it, and what runs goes on. */
  async withdraw({ reason, signal }: CallOptions & { readonly reason?: string } = {}): Promise<this> {
    const input = { params: this.params(), body: reason === undefined ? {} : { reason }, signal };
    this.loadAnswer(await perform(this.connection, calls.withdrawServiceVersion, input));
    return this;
  }

  /** Says who may run it besides its own organisation: ids of organisations, or null for all. */
  async changeOrganisations(
    organisations: readonly string[] | null,
    { signal }: CallOptions = {},
  ): Promise<this> {
    const body = { organisations: organisations && [...organisations] };
    const input = { params: this.params(), body, signal };
    this.loadAnswer(await perform(this.connection, calls.changeServiceVersionOrganisations, input));
    return this;
  }
}
