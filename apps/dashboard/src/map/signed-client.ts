import { BaseClient, BaseResponse } from 'geotiff';

/** What was fetched, as geotiff wants it. */
class FetchedResponse extends BaseResponse {
  readonly #response: Response;

  constructor(response: Response) {
    super();
    this.#response = response;
  }

  override get status(): number {
    return this.#response.status;
  }

  override getHeader(name: string): string | undefined {
    return this.#response.headers.get(name) ?? undefined;
  }

  override async getData(): Promise<ArrayBuffer> {
    return await this.#response.arrayBuffer();
  }
}

/** Reads by range from a signed address, and asks for another when that one is no longer good. */
export class SignedClient extends BaseClient {
  readonly #sign: () => Promise<string>;
  #address: Promise<string> | undefined;

  constructor(sign: () => Promise<string>) {
    super('');
    this.#sign = sign;
  }

  override async request({
    headers,
    signal,
  }: {
    headers?: Record<string, string>;
    signal?: AbortSignal;
  } = {}): Promise<BaseResponse> {
    const first = await this.#fetch(headers, signal);
    if (first.status < 400 || first.status >= 500) return new FetchedResponse(first);
    this.#address = undefined;
    return new FetchedResponse(await this.#fetch(headers, signal));
  }

  async #fetch(
    headers: Record<string, string> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    this.#address ??= this.#sign();
    return await fetch(await this.#address, { headers: headers ?? {}, signal: signal ?? null });
  }
}
