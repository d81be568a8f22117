import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { missingForS3, startS3 } from '../support/s3.ts';
import type { S3Server } from '../support/s3.ts';

const missing = await missingForS3();
if (missing && process.env['FUSION_TEST_ALL']) throw new Error(missing);

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let analyst: Flow;
let region: string;
let s3: S3Server | undefined;
const parsing: Promise<ParsedMail>[] = [];
let refuse = false;
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo: (_, __, done) =>
    done(refuse ? Object.assign(new Error('nobody here'), { responseCode: 550 }) : null),
  onData: (stream, _, done) => {
    stream.on('end', done);
    parsing.push(simpleParser(stream));
  },
});

beforeAll(async () => {
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  s3 = missing ? undefined : await startS3();
  folder = await testFolder();
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: `${join(root, 'e2e/services')},${join(root, 'services')}`,
    FUSION_SMTP_URL: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    FUSION_SMTP_FROM: 'platform@example.com',
    ...(s3 ? { FUSION_S3_ENDPOINT: s3.endpoint } : {}),
  });
  analyst = flow(platform.url, await logIn(platform.url, email, password));
  region = (await analyst.upload(JSON.stringify(square))).id;
});

afterAll(async () => {
  await platform?.stop();
  await s3?.stop();
  smtp.close();
  await folder?.remove();
});

async function run(dispatcher: string, options: Record<string, string>) {
  const made = await analyst.process('Copy', region);
  const { extras } = (await analyst.must('GET', `/processes/${String(made['id'])}`)) as {
    extras: { dispatchers: { ssd_id: string; name: string; options: { name: string }[] }[] };
  };
  const found = extras.dispatchers.find(({ name }) => name === dispatcher)!;
  await analyst.model('PATCH', `/processes/${String(made['id'])}`, {
    'Process[dispatchers]': [
      {
        ...found,
        options: found.options.map((option) => ({
          ...option,
          ...(option.name in options ? { value: options[option.name] } : {}),
        })),
      },
    ],
  });
  const execution = await analyst.ended(await analyst.execute(made));
  const components = await analyst.components(String(execution['id']));
  const sent = components.find(({ kind }) => kind === 'dispatch')!;
  return { execution, sent, log: (await analyst.logs(sent)).join('\n') };
}

describe('Email', () => {
  test('mails the outputs to users of the organisation, small files attached', async () => {
    const { execution, sent } = await run('Email', { emails: email, message: 'Have a look' });
    expect(execution).toMatchObject({ success: true });
    expect(sent).toMatchObject({
      success: true,
      dispatched: [{ file: 'region.geojson', to: `mailto:${email}` }],
    });
    const mail = await parsing.at(-1)!;
    expect(mail.subject).toBe('Test of Copy: Copy');
    expect(mail.text).toMatch(/^Have a look\n\nCopy:\n- region\.geojson, 1 kB, attached/);
    expect(JSON.parse(mail.attachments[0]!.content.toString())).toEqual(square);
  });

  test('writes to nobody else, and says so', async () => {
    const before = parsing.length;
    const { execution, sent } = await run('Email', { emails: `${email}, stranger@example.com` });
    expect(sent).toMatchObject({ success: false, exit_type: 'dispatch_refused' });
    expect(execution['abort_reason']).toBe(
      'Email could not send the outputs: Only users of the organisation are written to, which is not so of stranger@example.com',
    );
    expect(parsing).toHaveLength(before);
  });

  test('is not tried again where the mail server will not have it', async () => {
    refuse = true;
    const { sent } = await run('Email', { emails: email });
    refuse = false;
    expect(sent).toMatchObject({ success: false, exit_type: 'dispatch_refused' });
    expect(sent['abort_reason']).toMatch(/^The mail server refuses the mail: .*nobody here/);
  });
});

describe.skipIf(missing)(`AWS S3 (${missing ?? 'radosgw installed'})`, () => {
  test('puts the outputs under their keys, whole, without a word of the secret', async () => {
    const client = new S3Client({
      endpoint: s3!.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: s3!.accessKeyId, secretAccessKey: s3!.secretAccessKey },
    });
    await client.send(new CreateBucketCommand({ Bucket: 'results' }));
    const { execution, sent, log } = await run('AWS S3', {
      bucket: 'results',
      s3_key_format: '{process_execution_id}/{output_name}/{file_name}',
      access_key_id: s3!.accessKeyId,
      secret_access_key: s3!.secretAccessKey,
    });
    expect(execution).toMatchObject({ success: true });
    const key = `${String(execution['id'])}/Copy/region.geojson`;
    expect(sent['dispatched']).toMatchObject([{ file: 'region.geojson', to: `s3://results/${key}` }]);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'results', Key: key }));
    expect(JSON.parse(await Body!.transformToString())).toEqual(square);
    expect(JSON.stringify(sent) + log).not.toContain(s3!.secretAccessKey);
    client.destroy();
  });

  test('is refused with a wrong secret, once, and a key of unknown fields sends nothing', async () => {
    const options = { bucket: 'results', access_key_id: s3!.accessKeyId, secret_access_key: 'wrong' };
    const { sent } = await run('AWS S3', options);
    expect(sent).toMatchObject({ success: false, exit_type: 'dispatch_refused' });
    const right = { ...options, secret_access_key: s3!.secretAccessKey };
    const { sent: second } = await run('AWS S3', { ...right, s3_key_format: 'unknown/{colour}' });
    expect(second['abort_reason']).toMatch(/^s3_key_format has a field \{colour\} that there is not/);
    const client = new S3Client({
      endpoint: s3!.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: s3!.accessKeyId, secretAccessKey: s3!.secretAccessKey },
    });
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'results' }));
    expect(Contents.some(({ Key }) => Key?.startsWith('unknown/'))).toBe(false);
    client.destroy();
  });
});
