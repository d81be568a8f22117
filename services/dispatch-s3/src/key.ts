import { Refusal } from '@fusion-platform/service-kit';
import type { Dispatch } from '@fusion-platform/service-kit';

/** What a key is made of, besides the dispatcher's own facts. */
export interface KeyFacts {
  /** The service that sends. */
  readonly sender: { readonly id: string; readonly ssd_id: string; readonly name: string };
  readonly dispatch: Dispatch;
  readonly output: number;
  readonly outputName: string;
  readonly fileName: string;
}

/**
 * The key of a file: the format with its fields in braces filled in.
 * @throws Refusal for a field that there is not, or a key that S3 does not take
 */
export function keyOf(format: string, { sender, dispatch, output, outputName, fileName }: KeyFacts): string {
  const { process, execution, service } = dispatch;
  const fields: Readonly<Record<string, string | number | null | undefined>> = {
    service_id: sender.id,
    service_ssd_id: sender.ssd_id,
    service_name: sender.name,
    process_id: process.id,
    process_name: process.name,
    process_execution_id: execution.id,
    process_execution_started_at: execution.started_at,
    process_execution_group_id: execution.group_id,
    process_execution_group_count: execution.group_count,
    process_execution_group_index: execution.group_index,
    dispatching_service_name: service.name,
    output,
    output_name: outputName,
    file_name: fileName,
  };
  const key = format.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    if (!Object.hasOwn(fields, name))
      throw new Refusal(
        `s3_key_format has a field {${name}} that there is not: it can be one of ${Object.keys(fields).join(', ')}`,
      );
    return String(fields[name] ?? '');
  });
  const bytes = Buffer.byteLength(key);
  if (key === '' || bytes > 1024)
    throw new Refusal(`The key "${key.slice(0, 80)}" has ${bytes} bytes: from 1 to 1024 it may have`);
  return key;
}
