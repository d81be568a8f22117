import { DispatchRefusal, ServiceError, TransientError } from '@fusion-platform/service-kit';
import type { InputFile, Job, Kit } from '@fusion-platform/service-kit';
import { createTransport } from 'nodemailer';

const mebibyte = 1024 * 1024;

/**
 * Mails the outputs of a component to users of the organisation, one mail each: small files attached, larger ones by name
 * and size.
 * @throws DispatchRefusal for an address that is no user's, or that the mail server does not take; TransientError when it
 *   does not answer
 */
export async function sendOutputs(job: Job, kit: Kit): Promise<void> {
  const { recipients, service, process, execution } = kit.dispatch;
  const wanted = (kit.option('emails', 'string') ?? '')
    .split(',')
    .map((email) => email.trim())
    .filter((email) => email !== '');
  if (wanted.length === 0) kit.refuse('Nobody is to be written to: the option emails is empty');
  const known = new Map(Object.keys(recipients).map((email) => [email.toLowerCase(), email]));
  const strangers = wanted.filter((email) => !known.has(email.toLowerCase()));
  if (strangers.length > 0)
    throw new DispatchRefusal(
      `Only users of the organisation are written to, which is not so of ${strangers.join(', ')}`,
    );

  const files = job.inputs.flatMap(({ number }) => kit.input(number));
  const most = Number(kit.setting('FUSION_EMAIL_ATTACHMENT_MB', '10')) * mebibyte;
  const attached: InputFile[] = [];
  let left = most;
  for (const file of files) {
    if ((file.size ?? Infinity) > left) continue;
    attached.push(file);
    left -= file.size ?? 0;
  }
  const part = execution.group_count
    ? ` (part ${(execution.group_index ?? 0) + 1} of ${execution.group_count})`
    : '';
  const subject = `${process.name}: ${service.name}${part}`.replaceAll(/[\r\n]+/g, ' ');
  const text = [
    kit.option('message', 'string') ??
      `The run of "${process.name}" that began at ${execution.started_at} has these results.`,
    '',
    `${service.name}${part}:`,
    ...files.map((file) => `- ${file.name}, ${sizeOf(file)}${attached.includes(file) ? ', attached' : ''}`),
    '',
    `Execution ${execution.id}`,
  ].join('\n');

  const address = kit.setting('FUSION_SMTP_URL', '');
  if (address === '') kit.refuse('The platform has no mail server: its operator sets FUSION_SMTP_URL');
  const transport = createTransport(address, {
    from: kit.setting('FUSION_SMTP_FROM', 'fusion-platform@localhost'),
  });
  try {
    for (const [index, email] of wanted.entries()) {
      kit.signal.throwIfAborted();
      const to = known.get(email.toLowerCase())!;
      await transport.sendMail({
        to: { name: '', address: to },
        subject,
        text,
        attachments: attached.map(({ name, path }) => ({ filename: name, path })),
      });
      const at = new Date().toISOString();
      for (const file of files)
        kit.dispatched({ file: file.name, to: `mailto:${to}`, size: file.size ?? 0, at });
      kit.log(`Mailed ${files.length} files to ${to}, ${attached.length} of them attached`);
      kit.progress(((index + 1) / wanted.length) * 100);
    }
  } catch (error) {
    throw asFault(error);
  } finally {
    transport.close();
  }
}

/** A mail server says by its code whether trying again can help: 4xx may pass, 5xx will not (RFC 5321, 4.2.1). */
function asFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ServiceError) return error;
  const { responseCode } = error as Error & { responseCode?: number };
  if (responseCode !== undefined && responseCode >= 500)
    return new DispatchRefusal(`The mail server refuses the mail: ${error.message}`);
  if ('code' in error)
    return new TransientError(`The mail server does not take the mail now: ${error.message}`);
  return error;
}

function sizeOf({ size }: InputFile): string {
  if (size === null) return 'size not known';
  return size < 1_000_000 ? `${Math.ceil(size / 1000)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}
